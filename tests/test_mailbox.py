import threading

from engine.mailbox import Mailbox


def test_newest_wins_and_drops_are_counted():
    box: Mailbox[int] = Mailbox()
    for value in range(5):
        box.put(value)
    assert box.take() == 4
    assert box.take() is None
    assert box.dropped == 4


def test_wait_returns_when_a_value_comes():
    box: Mailbox[str] = Mailbox()
    threading.Timer(0.05, box.put, ("here",)).start()
    assert box.wait(3600) == "here"  # long before that, or the test runs out of time


def test_wait_times_out_empty():
    assert Mailbox().wait(0.01) is None


def test_close_wakes_a_waiting_reader():
    box: Mailbox[int] = Mailbox()
    threading.Timer(0.05, box.close).start()
    assert box.wait(3600) is None


def test_nothing_is_accepted_after_close_but_the_last_value_can_be_taken():
    box: Mailbox[int] = Mailbox()
    box.put(1)
    box.close()
    box.put(2)
    assert box.closed
    assert box.take() == 1
    assert box.dropped == 0


def test_every_value_is_read_or_counted_as_dropped_under_threads():
    box: Mailbox[int] = Mailbox()
    read: list[int] = []

    def reader() -> None:
        while (value := box.wait(60)) is not None:
            read.append(value)

    thread = threading.Thread(target=reader)
    thread.start()
    writers = [threading.Thread(target=lambda: [box.put(n) for n in range(1, 2001)]) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    box.close()
    thread.join()
    assert len(read) + box.dropped == 6000
    assert read
