"""What comes in: customers, contacts and open-item snapshots."""
