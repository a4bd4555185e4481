"""What renders audio, each behind the small port in `port.py`."""
