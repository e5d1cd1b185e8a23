import io

from workbench.progress import no_progress, terminal_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_a_bar_for_each_stage() -> None:
    screen = Terminal()
    progress = terminal_progress(screen)
    for done in (1, 2, 3):
        progress("read", done, 3)
    progress("write", 5, 10)
    progress("write", 10, 10)
    shown = screen.getvalue()
    assert "read: 100%" in shown
    assert "| 3/3 [" in shown
    assert "write: 100%" in shown
    assert shown.index("read: 100%") < shown.index("write")


def test_a_stage_that_starts_again_gets_a_new_bar() -> None:
    screen = Terminal()
    progress = terminal_progress(screen)
    progress("read", 3, 3)
    progress("read", 1, 3)
    assert screen.getvalue().count("read:   0%") == 2


def test_an_unknown_total_counts_without_a_share() -> None:
    screen = Terminal()
    terminal_progress(screen)("read", 7, 0)
    assert "7" in screen.getvalue()
    assert "%" not in screen.getvalue()


def test_whatever_is_no_terminal_stays_silent() -> None:
    pipe = io.StringIO()
    progress = terminal_progress(pipe)
    progress("read", 1, 2)
    assert progress is no_progress
    assert not pipe.getvalue()
