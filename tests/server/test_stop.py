"""Stopping, and workers that die."""

from __future__ import annotations

import os
import signal
import socket
import time

import psutil
import pytest

from tests.live import Server
from tests.server.conftest import Client


@pytest.mark.once
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(start_server, how, record_property):
    server = start_server()
    workers = server.workers()
    began = time.monotonic()

    code = server.stop(how)

    record_property("seconds", time.monotonic() - began)
    assert time.monotonic() - began < 5
    assert code in {0, 128 + how}
    assert not any(worker.is_running() for worker in workers)
    assert "Traceback" not in server.log
    assert not server.is_healthy()


@pytest.mark.once
def test_ctrl_c_reaches_all_processes_at_once_and_stops_cleanly(start_server):
    """A terminal sends SIGINT to all processes of its group, not only to the one that was started."""
    server = start_server()
    began = time.monotonic()

    os.killpg(server.process.pid, signal.SIGINT)
    code = server.process.wait(10)

    assert time.monotonic() - began < 5
    assert code in {0, 130}
    assert "Traceback" not in server.log


@pytest.mark.once
def test_slow_clients_do_not_keep_it_from_stopping(start_server, request):
    server = start_server()
    start = b"POST /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _number in range(4)]
    for client in clients:
        request.addfinalizer(client.close)
        client.sendall(start)
    Client(server).get("/healthz")
    began = time.monotonic()

    server.stop()

    assert time.monotonic() - began < 5


def test_a_killed_worker_is_replaced_and_the_service_goes_on(start_server, record_property):
    server = start_server()
    began = time.monotonic()

    server.kill_worker()

    wait_for_workers(server, within=5)
    server.wait_until_healthy(within=5)
    record_property("seconds", time.monotonic() - began)
    for _time in range(20):
        assert Client(server).get("/healthz").status == 200


@pytest.mark.once
def test_a_worker_that_is_killed_again_and_again_does_not_end_the_service(start_server):
    """As where memory runs out: what starts anew is killed before it has done anything."""
    server = start_server()

    for _time in range(3):
        server.kill_worker(youngest=True)
        wait_for_workers(server, within=20)

    server.wait_until_healthy(within=20)
    assert "Traceback" not in server.log


@pytest.mark.once
def test_a_killed_web_server_is_started_again(start_server):
    server = start_server()
    (web_server,) = {worker.parent() for worker in server.workers()}
    before = [web_server, *server.workers()]
    assert web_server.ppid() == server.pid

    web_server.kill()
    psutil.wait_procs(before, timeout=20)

    server.wait_until_healthy(within=20)
    assert not any(is_at_work(process) for process in before)
    assert "The web server ended (SIGKILL) and is started again" in server.log


def test_after_the_whole_was_killed_it_starts_again(start_server, record_property):
    server = start_server()
    workers = server.workers()
    began = time.monotonic()

    server.stop(signal.SIGKILL)
    while any(is_at_work(worker) for worker in workers):
        assert time.monotonic() - began < 20, "workers outlived the server and keep its port"
        time.sleep(0.02)
    server.start()

    record_property("seconds", time.monotonic() - began)
    assert server.is_healthy()


def wait_for_workers(server: Server, *, within: float) -> None:
    """Wait until the web server has as many workers as it should."""
    until = time.monotonic() + within
    while len(server.workers()) < 2:
        assert time.monotonic() < until, f"no new worker:\n{server.log}"
        time.sleep(0.02)


def is_at_work(process: psutil.Process) -> bool:
    """Whether the process runs; one that has ended and was not collected by its parent holds no port."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
