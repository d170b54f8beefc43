"""Sensors: a stored tree of LibreHardwareMonitor where there is one, odd values, and programs in place of the real."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.processes import Completed
from bosman_agent.platform.sensors.collect import OrderedSensors, linux_sensors, windows_sensors
from bosman_agent.platform.sensors.lhm_tree import parse_tree
from bosman_agent.platform.sensors.readings import number_with_unit
from bosman_agent.platform.sensors.sources import (
    Answer,
    SensorsUnavailableError,
    ask_library,
    ask_nvidia,
    ask_web_server,
    parse_child,
    parse_nvidia,
)
from bosman_agent.platform.tolerant_json import NotJsonError
from bosman_protocol.codes import Code
from bosman_protocol.health import SensorReading

SAMPLE = Path(os.environ.get("BOSMAN_SAMPLES", Path(__file__).parents[4] / "shared" / "data")) / "lhm"


def leaf(name: str, value: Any, kind: str = "Temperature") -> dict[str, Any]:
    return {"Text": name, "Value": value, "Type": kind, "SensorId": f"/x/{name}", "Children": []}


def tree(*leaves: dict[str, Any]) -> str:
    cpu = {"Text": "CPU", "HardwareId": "/intelcpu/0", "Children": [{"Text": "Group", "Children": list(leaves)}]}
    return json.dumps({"Text": "Sensor", "Children": [{"Text": "PC", "Children": [cpu]}]})


@pytest.fixture
def web_server() -> Iterator[HTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = tree(leaf("CPU Package", "55,0 °C")).encode() if self.path == "/data.json" else b""
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


class TestTree:
    def test_real_tree_gives_its_sensors_with_their_hardware(self) -> None:
        if not SAMPLE.is_dir():
            pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds lhm/")
        readings = parse_tree((SAMPLE / "librehardwaremonitor.json").read_text(encoding="utf-8"))

        found = {(item.hardware, item.name, item.kind): item.value for item in readings}
        assert found["AMD Ryzen 7 7800X3D", "Core (Tctl/Tdie)", "temperature"] == 40.0
        assert found["Nuvoton NCT6687D", "+12V", "voltage"] == 12.048
        assert found["Nuvoton NCT6687D", "M2_1", "temperature"] is None
        assert found["NVIDIA GeForce RTX 4080 SUPER", "GPU Hot Spot", "temperature"] == 35.3
        assert {item.kind for item in readings} == {"temperature", "fan", "voltage", "power", "load"}
        assert len(readings) > 80

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [
            ("55,0 °C", 55.0),
            ("55.5 °C", 55.5),
            ("131,0 °F", 55.0),
            ("0,0 °C", None),
            ("-", None),
            ("NaN °C", None),
            ("126,0 °C", None),
            ("", None),
            (None, None),
            (55, None),
            ("1,2,3 °C", None),
        ],
    )
    def test_temperature_with_comma_or_dot_is_read_and_an_impossible_one_is_none(
        self, value: Any, wanted: float | None
    ) -> None:
        (item,) = parse_tree(tree(leaf("Package", value)))

        assert (item.hardware, item.name, item.value, item.unit) == ("CPU", "Package", wanted, "°C")

    def test_distance_to_the_limit_is_no_temperature(self) -> None:
        readings = parse_tree(tree(leaf("Core #1 Distance to TjMax", "60,0 °C"), leaf("Core #1", "40,0 °C")))

        assert [item.name for item in readings] == ["Core #1"]

    def test_fan_that_stands_still_is_a_reading(self) -> None:
        (item,) = parse_tree(tree(leaf("Fan", "0 RPM", "Fan")))

        assert item.value == 0

    def test_bound_of_the_wire_cuts_loads_before_temperatures(self) -> None:
        leaves = [leaf(f"Load {n}", "1,0 %", "Load") for n in range(600)] + [leaf("Package", "50,0 °C")]

        readings = parse_tree(tree(*leaves))

        assert len(readings) == 512 and readings[0].name == "Package"

    def test_deep_tree_is_survived(self) -> None:
        node = leaf("Deep", "50,0 °C")
        for _ in range(150):
            node = {"Text": "x", "Children": [node]}

        assert parse_tree(json.dumps(node))[0].name == "Deep"

    @pytest.mark.parametrize("text", ["", "[]", "{}", "<html>", '{"Children"', '{"Children":[' * 50_000])
    def test_what_is_no_tree_is_refused(self, text: str) -> None:
        with pytest.raises(NotJsonError):
            parse_tree(text)

    @given(st.text(max_size=30))
    def test_any_value_is_survived(self, value: str) -> None:
        (item,) = parse_tree(tree(leaf("Package", value)))

        assert item.value is None or 0 < abs(item.value) <= 125


class TestNumberWithUnit:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [("12,048 V", (12.048, "V")), ("0 RPM", (0.0, "RPM")), ("-3.5", (-3.5, "")), ("2:02:31", None), ("V", None)],
    )
    def test_number_and_unit_are_told_apart(self, text: str, wanted: Any) -> None:
        assert number_with_unit(text) == wanted or (wanted is None and number_with_unit(text) is None)


class TestChild:
    def test_what_the_library_says_is_read(self) -> None:
        sensors = [
            {"hardware": "CPU", "name": "Package", "type": "Temperature", "value": 51.25},
            {"hardware": "CPU", "name": "Core", "type": "Temperature", "value": None},
            {"hardware": "CPU", "name": "Bus", "type": "Clock", "value": 100},
            "nonsense",
        ]

        answer = parse_child(Completed(0, json.dumps({"driver": False, "sensors": sensors}), ""))

        assert [(item.name, item.value) for item in answer.readings] == [("Package", 51.25), ("Core", None)]
        assert answer.lacks_driver

    @pytest.mark.parametrize("value", ["NaN", "Infinity", "1" + "0" * 400, "true", '"7"', "null"])
    def test_what_is_no_number_is_no_reading(self, value: str) -> None:
        text = f'{{"sensors": [{{"hardware": "C", "name": "P", "type": "Fan", "value": {value}}}]}}'

        assert parse_child(Completed(0, text, "")).readings[0].value is None

    @pytest.mark.parametrize("done", [Completed(3, '{"error": "no .NET"}', ""), Completed(-11, "", "fault")])
    def test_child_that_fails_is_unavailable(self, done: Completed) -> None:
        with pytest.raises(SensorsUnavailableError, match=r"no \.NET|fault"):
            parse_child(done)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows may have the library")
    async def test_child_really_runs_and_fails_where_there_is_no_windows(self) -> None:
        with pytest.raises(SensorsUnavailableError, match="AssertionError"):
            await ask_library()

    @pytest.mark.skipif(sys.platform != "win32", reason="needs Windows' Python")
    async def test_child_on_a_machine_without_dotnet_is_unavailable(self) -> None:
        with pytest.raises(SensorsUnavailableError):
            await ask_library()

    async def test_child_that_dies_is_unavailable(self) -> None:
        with pytest.raises(SensorsUnavailableError):
            await ask_library((sys.executable, "-c", "import os; os.abort()"))


class TestNvidia:
    def test_cards_are_read_and_missing_values_are_none(self) -> None:
        readings = parse_nvidia(
            "NVIDIA RTX A2000, 12GB, 45, 21.50, 3\nTesla K80, 38, [N/A], [Not Supported]\nrubbish\n"
        )

        assert [(item.hardware, item.kind, item.value) for item in readings] == [
            ("NVIDIA RTX A2000, 12GB", "temperature", 45.0),
            ("Tesla K80", "temperature", 38.0),
            ("NVIDIA RTX A2000, 12GB", "power", 21.5),
            ("Tesla K80", "power", None),
            ("NVIDIA RTX A2000, 12GB", "load", 3.0),
            ("Tesla K80", "load", None),
        ]

    async def test_missing_tool_is_unavailable(self, tmp_path: Path) -> None:
        with pytest.raises(SensorsUnavailableError):
            await ask_nvidia(str(tmp_path / "nvidia-smi"))


class TestWebServer:
    async def test_tree_is_fetched_from_this_machine(self, web_server: HTTPServer) -> None:
        answer = await ask_web_server(web_server.server_port)

        assert [(item.name, item.value) for item in answer.readings] == [("CPU Package", 55.0)]

    async def test_port_where_nobody_listens_is_unavailable(self, web_server: HTTPServer) -> None:
        port = web_server.server_port
        web_server.shutdown()
        web_server.server_close()

        with pytest.raises(SensorsUnavailableError):
            await ask_web_server(port)


class TestCollect:
    def source(self, answer: Answer | None) -> Any:
        async def ask() -> Answer:
            if answer is None:
                raise SensorsUnavailableError("not here")
            return answer

        return ask

    READING = SensorReading("CPU", "Package", "temperature", 50.0, "°C")
    NO_VALUE = SensorReading("CPU", "Package", "temperature", None, "°C")

    async def test_first_source_with_a_reading_is_believed(self) -> None:
        second, third = Answer((self.READING,)), Answer((self.READING, self.READING))
        sensors = OrderedSensors([("a", self.source(None)), ("b", self.source(second)), ("c", self.source(third))])

        found = await sensors.collect()

        assert found.items == (self.READING,) and found.problems == ()

    async def test_missing_driver_is_said_beside_what_could_be_read(self) -> None:
        found = await OrderedSensors([("a", self.source(Answer((self.READING,), lacks_driver=True)))]).collect()

        assert found.items == (self.READING,)
        assert [(problem.code, problem.params) for problem in found.problems] == [
            (Code.HEALTH_NO_SENSORS, {"source": "a", "reason": "no_driver"})
        ]

    async def test_nothing_anywhere_is_said_with_every_reason(self) -> None:
        found = await OrderedSensors([("a", self.source(None)), ("b", self.source(Answer((self.NO_VALUE,))))]).collect()

        assert found.items == ()
        assert [problem.params["reason"] for problem in found.problems] == ["unavailable", "empty"]

    @pytest.mark.parametrize("sensors", [linux_sensors(), windows_sensors(), windows_sensors(web_port=1)])
    async def test_this_machine_is_asked_without_an_error(self, sensors: OrderedSensors) -> None:
        found = await sensors.collect()

        assert found.items or found.problems
