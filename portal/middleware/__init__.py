"""What wraps every request: language, access, idle lock, errors as pages, counters."""
