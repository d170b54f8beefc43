"""The connection to the bus: made, lost, named, and the server's clock beside this device's own."""
