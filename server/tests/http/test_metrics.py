"""Figures for Prometheus are on a port of their own, and nowhere that browsers or agents come [L2]."""

import ssl
import threading

import httpx
import pytest

from bosman_server.kit.metrics import serve_metrics
from testkit.patience import patient
from testkit.stack import free_port


class TestServeMetrics:
    def test_port_of_its_own_has_them(self):
        port = free_port()
        serve_metrics("127.0.0.1", port)
        assert "bosman_requests_total" in httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=patient()).text

    def test_without_a_port_nothing_listens(self):
        before = threading.enumerate()
        serve_metrics("127.0.0.1", None)
        assert threading.enumerate() == before

    @pytest.mark.parametrize("door", ["url", "gateway_url"])
    def test_doors_for_browsers_and_agents_have_none(self, door, stack):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        answer = httpx.get(f"{stack.about()[door]}/metrics", verify=context, timeout=patient())
        assert answer.status_code == 404 and "bosman_" not in answer.text
