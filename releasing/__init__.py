"""Builds and signs what agents are installed from: the Windows installer, the Debian package, bundles for updates."""
