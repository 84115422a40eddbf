"""What is on its way: updates that came in and are not answered, notices that are not sent."""
