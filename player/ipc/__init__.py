"""mpv's JSON IPC without a socket: lines, requests, properties, commands and clients, on anything that is a `Host`.

`ui.ipc_server` carries the bytes. Nothing here waits, and nothing here starts a program or writes a file.
"""
