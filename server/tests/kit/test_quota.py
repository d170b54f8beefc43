"""Token buckets: what fits, what it takes to fit, and what is given back."""

import pytest

from bosman_server.kit.problems import Problem
from bosman_server.kit.quota import Quota, RateLimiter
from bosman_server.kit.runtime import Parts


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


class TestQuota:
    def test_burst_then_by_the_second_for_each_key_apart(self, clock):
        quota = Quota(2, 0.5, clock=clock)
        assert [quota.take("a") for _ in range(3)] == [True, True, False]
        assert quota.take("b")
        assert quota.wait_seconds("a") == pytest.approx(2)
        clock.now += 2
        assert (quota.wait_seconds("a"), quota.take("a"), quota.take("a")) == (0, True, False)

    def test_what_is_reserved_is_owed(self, clock):
        quota = Quota(10, 5, clock=clock)
        assert quota.reserve("a", 10) == 0
        assert quota.reserve("a", 20) == pytest.approx(4)
        clock.now += 4
        assert not quota.take("a")

    def test_given_back_is_never_more_than_the_burst(self, clock):
        quota = Quota(2, 0.001, clock=clock)
        quota.take("a")
        for _ in range(5):
            quota.give_back("a")
        assert [quota.take("a") for _ in range(3)] == [True, True, False]
        quota.give_back("a")
        assert [quota.take("a") for _ in range(2)] == [True, False]

    def test_who_was_quiet_longest_is_forgotten_first(self, clock):
        quota = Quota(1, 0.001, max_keys=2, clock=clock)
        for key in "abc":
            quota.take(key)
        assert quota.take("a") and not quota.take("c")


class TestRateLimiter:
    def test_beyond_it_is_a_problem_that_says_when_to_come_back(self):
        limiter = RateLimiter(1, 600.0)
        limiter.hit("a")
        for ask in (limiter.hit, limiter.check):
            with pytest.raises(Problem) as refusal:
                ask("a")
            assert (refusal.value.status, refusal.value.headers["retry-after"]) == (429, "600")

    def test_refused_takes_nothing_and_a_refund_opens_again(self):
        limiter = RateLimiter(1, 600.0)
        limiter.hit("a")
        for _ in range(3):
            with pytest.raises(Problem):
                limiter.hit("a")
        limiter.refund("a")
        limiter.hit("a")

    def test_forgiving_by_prefix_leaves_others(self):
        limiter = RateLimiter(1, 600.0)
        for key in ("ola:1", "ola:2", "olaf:1"):
            limiter.hit(key)
        limiter.forgive_all("ola:")
        limiter.hit("ola:1")
        limiter.hit("ola:2")
        with pytest.raises(Problem):
            limiter.hit("olaf:1")


class TestParts:
    def test_one_of_each_class_for_a_process_and_none_shared_by_two(self):
        one, other = Parts(), Parts()
        assert one.of(Clock) is one.of(Clock)
        assert one.of(Clock) is not other.of(Clock)
