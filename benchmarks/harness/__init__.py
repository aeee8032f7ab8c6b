"""What the workloads are made of: processes and what they use, clients, contents, rounds, and the report."""
