"""What readers see. Every file here can be dropped and rebuilt from the log."""
