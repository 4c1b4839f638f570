"""The archive: intake objects, OCFL objects in S3, keys, the index in SQL, reuse, the event log."""
