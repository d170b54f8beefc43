"""Applications through winget: run as a program, its tables read by position in any of its languages."""
