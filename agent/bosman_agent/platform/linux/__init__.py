"""Linux: apt and dpkg, /proc and /sys, shutdown. Parsers in here can be imported anywhere."""
