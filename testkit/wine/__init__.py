"""Windows CPython under Wine: the nearest thing to Windows that a test machine without Windows has."""
