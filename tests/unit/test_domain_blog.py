"""What an admin may choose for a blog."""

from collections.abc import Callable

import pytest

from domain.blog import BlogSettings, MenuLink
from domain.errors import Forbidden, Invalid

BAD: list[Callable[[BlogSettings], object]] = [
    lambda blog: blog.entitle(" "),
    lambda blog: blog.entitle("two\nlines"),
    lambda blog: blog.describe("x" * 301),
    lambda blog: blog.speak("english please"),
    lambda blog: blog.speak("e"),
    lambda blog: blog.link((MenuLink("About", "/about"),) * 11),
    lambda _: MenuLink.named(" ", "/about"),
    lambda _: MenuLink.named("Elsewhere", "javascript:alert(1)"),
    lambda _: MenuLink.named("Elsewhere", "//elsewhere.test"),
    lambda _: MenuLink.named("Elsewhere", "/\\elsewhere.test"),
]


@pytest.mark.parametrize("number", range(len(BAD)))
def test_what_would_break_a_page_is_refused(number: int) -> None:
    with pytest.raises(Invalid):
        BAD[number](BlogSettings())


def test_good_settings_are_kept() -> None:
    blog = BlogSettings()
    blog.entitle("Stop Press")
    blog.describe(None)
    blog.speak("pt-BR")
    blog.link((MenuLink.named("Über", "/über"), MenuLink.named("Far", "https://far.test/x")))
    assert (blog.title, blog.tagline, blog.language) == ("Stop Press", None, "pt-BR")
    assert [link.address for link in blog.menu] == ["/über", "https://far.test/x"]


def test_a_blog_may_take_no_comments() -> None:
    BlogSettings().check_comments()
    with pytest.raises(Forbidden):
        BlogSettings(comments=False).check_comments()
