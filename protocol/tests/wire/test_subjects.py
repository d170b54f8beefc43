from uuid import UUID, uuid4

import pytest

from bosman_protocol import subjects


class TestSubjects:
    def test_device_is_read_back_from_its_subjects(self) -> None:
        device = uuid4()

        for subject in (subjects.uplink(device, "task"), subjects.lease_request(device), subjects.nudge(device)):
            assert subjects.device_of(subject) == device

    @pytest.mark.parametrize("subject", ["up.x.task", "up", "up.*.task", "up.123.task"])
    def test_subject_without_a_device_is_an_error(self, subject: str) -> None:
        with pytest.raises((ValueError, IndexError)):
            subjects.device_of(subject)

    def test_no_device_shares_a_subject_or_inbox_with_another(self) -> None:
        first, second = UUID(int=1), UUID(int=2)
        makers = (
            subjects.nudge, subjects.freeze, subjects.lease_request, subjects.renew_request, subjects.inbox_prefix,
        )  # fmt: skip

        for make in makers:
            assert not make(second).startswith(make(first))
            assert str(first) in make(first)
