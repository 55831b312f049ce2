"""Random faults under a load that checks every answer: see docs/torture.md."""
