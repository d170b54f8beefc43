"""Console output in the code pages of many countries, and UTF-16 that says nothing of itself."""

import pytest

from bosman_agent.platform.decoding import StreamDecoder


def decode(data: bytes, *pages: str, step: int | None = None) -> str:
    decoder = StreamDecoder(pages)
    pieces = [data] if step is None else [data[at : at + step] for at in range(0, len(data), step)]
    return "".join(map(decoder.feed, pieces)) + decoder.finish()


LINES = [
    ("cp852", "cp1250", "Przetwarzanie pliku „raport”"),
    ("cp852", "cp1250", "Zażółć gęślą jaźń"),
    ("cp852", "cp1250", "Příliš žluťoučký kůň úpěl"),
    ("cp852", "cp1250", "Árvíztűrő tükörfúrógép"),
    ("cp850", "cp1252", "Größe überschritten: „Bericht“"),
    ("cp850", "cp1252", "Le fichier « été » n’a pas été trouvé"),
    ("cp850", "cp1252", "El archivo está dañado; ¿continuar?"),
    ("cp850", "cp1252", "Åtgärden slutfördes inte på grund av ett fel"),
    ("cp437", "cp1252", "Die Datei wurde nicht gefunden: Prüfung läuft"),
    ("cp866", "cp1251", "Не удалось найти указанный файл"),
    ("cp866", "cp1251", "ОШИБКА: отказано в доступе"),
    ("cp866", "cp1251", "Файл не знайдено, їжак"),
    ("cp737", "cp1253", "Δεν είναι δυνατή η εύρεση του αρχείου"),
    ("cp857", "cp1254", "Dosya bulunamadı: işlem başarısız oldu, ğ"),
    ("cp775", "cp1257", "Failas nerastas: žąsų kelias"),
    ("cp862", "cp1255", "הקובץ לא נמצא"),
]


class TestPages:
    @pytest.mark.parametrize(("oem", "ansi", "text"), LINES)
    @pytest.mark.parametrize("which", [0, 1])
    def test_line_is_read_in_the_page_it_was_written_in(self, oem: str, ansi: str, text: str, which: int) -> None:
        page = (oem, ansi)[which]
        try:
            data = f"{text}\r\n".encode(page)
        except UnicodeEncodeError:
            pytest.skip("the console's page has no such characters")

        assert decode(data, oem, ansi) == f"{text}\r\n"

    def test_pages_may_change_from_line_to_line(self) -> None:
        data = b"".join(
            [
                "Größe\r\n".encode("cp850"), "Größe\r\n".encode("cp1252"), "Größe ż\r\n".encode(),
                "Größe\r\n".encode("utf-16-le"), "größer\r\n".encode("cp850"),
            ]
        )  # fmt: skip

        assert decode(data, "cp850", "cp1252") == "Größe\r\nGröße\r\nGröße ż\r\nGröße\r\ngrößer\r\n"

    def test_broken_byte_in_a_line_of_utf8_costs_only_itself(self) -> None:
        assert decode("żółw ".encode() + b"\xff" + " ślimak\n".encode()) == "żółw \ufffd ślimak\n"


class TestWideWithoutAMark:
    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("text", ["Ошибкадоступа", "Σφάλμαπρόσβασης", "שגיאתגישה", "ข้อผิดพลาด"])
    @pytest.mark.parametrize("step", [None, 1, 3])
    def test_script_without_a_single_zero_is_known(self, text: str, encoding: str, step: int | None) -> None:
        data = text.encode(encoding)

        assert 0 not in data
        assert decode(data, "cp852", "cp1250", step=step) == text

    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    @pytest.mark.parametrize("text", ["ファイルが見つかりません", "找不到指定的文件", "파일을찾을수없습니다"])
    def test_east_asian_text_is_known_by_its_meaning(self, text: str, encoding: str) -> None:
        assert decode(text.encode(encoding), "cp852", "cp1250") == text

    def test_lines_of_one_byte_after_lines_of_two_are_read(self) -> None:
        data = "Größe\r\n".encode("utf-16-le") + b"plain words\r\nok\r\n" + "Ende\r\n".encode("utf-16-le")

        assert decode(data, "cp850", "cp1252") == "Größe\r\nplain words\r\nok\r\nEnde\r\n"
