"""Real engines from Debian's packages, each run with storage of its own and without a way past the mirror."""
