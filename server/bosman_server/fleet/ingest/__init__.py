"""The way in: reads what devices report from the bus and hands it to the slices that store it."""
