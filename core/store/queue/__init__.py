"""What is on its way: updates that came in and are not answered yet, and notices that are not sent yet.

`inbox` and `outbox` are the two queues; `notice` and `chats` say what is sent, and where it goes.
"""
