"""Draw the picture of the README: the head of the HTML report on a repository.

    python tools/picture_report.py REPOSITORY

Needs playwright and a Chromium on the PATH. The picture goes to docs/report.png.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parent.parent / "docs" / "report.png"
WIDTH, HEIGHT = 1040, 1060


def main() -> None:
    """Audit, open the page, keep its head."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repository", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as browsers:
        page_file = Path(folder) / "report.html"
        command = [sys.executable, "-m", "mlaudit", str(options.repository), "--isolated", "--fail-on", "never"]
        subprocess.run([*command, "--output", f"html={page_file}"], check=True, stdout=subprocess.DEVNULL)
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(page_file.as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
