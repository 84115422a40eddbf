"""What is on its way: updates that came in and are not answered yet, and notices that are not sent yet.

`inbox` and `outbox` are the two queues; `arrived` says what comes in, `notice` and `chats` what is sent and
where it goes. `worker` names the processes that share the queues.
"""
