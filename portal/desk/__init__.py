"""The desk: receive, scan, check, certify, sign and seal, hand over; numbers and the log."""
