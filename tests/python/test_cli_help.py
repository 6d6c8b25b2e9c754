"""Help that teaches: examples, suggestions, completions in real shells, and manual pages."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli import PATIENCE, ROOT, CommandLine

SUBCOMMANDS = {
    "packages": ("list", "build", "delete", "download"),
    "settings": ("get", "set", "diff", "apply"),
    "backups": ("list", "create", "download", "restore"),
    "tags": ("list", "add", "remove"),
}


def commands(cli: CommandLine) -> list[str]:
    """The commands that the help lists."""
    listed = cli.run("--help").out.split("Commands:\n")[1].split("\n\n")[0]
    return re.findall(r"^  (\S+)", listed, re.MULTILINE)


def test_every_command_of_the_requirement_is_there(cli: CommandLine) -> None:
    wanted = "deploy plan resume inspect apps environments status start stop restart upload packages transport settings"
    wanted += " backups logs access-logs tags scale clean wait doctor simulator completions man schema help"
    assert commands(cli) == wanted.split()


def test_every_command_and_subcommand_has_examples_that_are_its_own(cli: CommandLine) -> None:
    for command in commands(cli):
        if command in ("help", "simulator"):
            continue
        said = cli.run(command, "--help").out
        assert "Example" in said, command
        assert f"mendix-deploy {command}" in said.split("Example")[1], command
    assert "mendix-deploy deploy --app" in cli.run("deploy", "-h").out
    assert "mendix-deploy simulator" in cli.run("help", "simulator").out


@pytest.mark.parametrize("command", SUBCOMMANDS)
def test_every_subcommand_has_an_example(cli: CommandLine, command: str) -> None:
    for subcommand in SUBCOMMANDS[command]:
        said = cli.run(command, subcommand, "--help").out
        assert "Example" in said, f"{command} {subcommand}"
        assert f"mendix-deploy {command} {subcommand}" in said.split("Example")[1]


def test_the_examples_are_commands_that_parse(cli: CommandLine) -> None:
    """What the help shows is taken: none of it is refused for its options.

    Nothing is sent, as there are no credentials.
    """
    seen = 0
    for command in commands(cli):
        if command in ("help", "simulator", "completions", "man", "schema", "inspect"):
            continue
        said = cli.run(command, "--help").out.split("Examples:\n")[1].split("\n\n")[0].replace("\\\n", " ")
        for line in said.splitlines():
            words = re.split(r" +#| \||\|\|| >", line)[0].split("$(")[-1].split()
            if words[:1] != ["mendix-deploy"]:
                continue
            seen += 1
            with cli.start(*words[1:], MENDIX_USERNAME=None, MENDIX_API_KEY=None) as program:
                _, err = program.communicate(timeout=PATIENCE)
            assert "Usage:" not in err, line
    assert seen > 30


@pytest.mark.parametrize(
    ("mistyped", "meant"),
    [("depoly", "deploy"), ("statsu", "status"), ("env", "environments"), ("backup", "backups"), ("log", "logs")],
)
def test_a_mistyped_command_is_told_with_the_one_that_may_be_meant(cli: CommandLine, mistyped: str, meant: str) -> None:
    err = cli.run(mistyped, code=2).err
    assert f"unrecognized subcommand '{mistyped}'" in err
    assert f"'{meant}'" in err


def test_mistyped_subcommands_and_options_too(cli: CommandLine) -> None:
    assert "'download'" in cli.run("backups", "dowload", code=2).err
    assert "'--all-environments'" in cli.run("status", "--app", "calc", "--all-environment", code=2).err


def shell(name: str) -> str:
    """The program of a shell."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"the shell {name} is not installed")
    return program


def completed(cli: CommandLine, script: str, *command: str) -> list[str]:
    """What a shell offers, where the program is on the path."""
    cli.environment["PATH"] = f"{Path(sys.executable).parent}:{cli.environment['PATH']}"
    ran = subprocess.run(
        [*command, script],
        env=cli.variables(),
        cwd=cli.home,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran
    assert ran.stderr == "", ran
    return ran.stdout.split()


BASH = """
source completions
COMP_WORDS=({words})
COMP_CWORD={place}
COMP_TYPE=9 COMP_KEY=9
# The function that the file has registered.
function=$(complete -p mendix-deploy | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$function" mendix-deploy "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}" 2>/dev/null
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("mendix-deploy dep", {"deploy"}),
        ("mendix-deploy status --app ca", {"calc"}),
        ("mendix-deploy status --app ''", {"calc", "sketch", "tictactoc"}),
        ("mendix-deploy status --app calc --mode ''", {"Test", "Acceptance", "Production"}),
        ("mendix-deploy deploy -a calc -m Pro", {"Production"}),
        ("mendix-deploy backups dow", {"download"}),
        ("mendix-deploy status --all", {"--all-environments"}),
        ("mendix-deploy wait --app ti", {"tictactoc"}),
    ],
)
def test_bash_completes_commands_apps_and_environments(cli: CommandLine, line: str, offered: set[str]) -> None:
    (cli.home / "completions").write_text(cli.run("completions", "bash").out)
    script = BASH.format(words=line, place=len(line.split()) - 1)
    assert set(completed(cli, script, shell("bash"), "--norc", "-c")) == offered


def test_bash_completes_without_credentials_or_service(cli: CommandLine) -> None:
    (cli.home / "completions").write_text(cli.run("completions", "bash").out)
    line = "mendix-deploy status --app calc --mode Acc"
    cli.environment["MENDIX_API_KEY"] = ""
    script = BASH.format(words=line, place=len(line.split()) - 1)
    assert completed(cli, script, shell("bash"), "--norc", "-c") == ["Acceptance"]
    script = BASH.format(words="mendix-deploy status --app ''", place=3)
    assert completed(cli, script, shell("bash"), "--norc", "-c") == []


def test_bash_loads_the_completions_without_a_word(cli: CommandLine) -> None:
    (cli.home / "completions").write_text(cli.run("completions", "bash").out)
    assert completed(cli, "set -u; source completions; complete -p mendix-deploy >/dev/null", shell("bash"), "-c") == []


def test_zsh_loads_the_completions(cli: CommandLine) -> None:
    program = shell("zsh")
    folder = cli.home / "functions"
    folder.mkdir()
    (folder / "_mendix-deploy").write_text(cli.run("completions", "zsh").out)
    script = "fpath+=functions; autoload -Uz compinit; compinit -u -D; print ${_comps[mendix-deploy]}"
    assert completed(cli, script, program, "-f", "-c")


def test_fish_completes_apps_and_environments(cli: CommandLine) -> None:
    program = shell("fish")
    (cli.home / "completions.fish").write_text(cli.run("completions", "fish").out)
    for line, offered in [
        ("mendix-deploy status --app ca", "calc"),
        ("mendix-deploy status --app calc --mode Acc", "Acceptance"),
    ]:
        script = f"source completions.fish; complete --do-complete '{line}'"
        assert offered in completed(cli, script, program, "--no-config", "-c")


def test_every_shell_has_a_registration(cli: CommandLine) -> None:
    for name, says in [("bash", "complete "), ("zsh", "#compdef mendix-deploy"), ("fish", "complete ")]:
        assert says in cli.run("completions", name).out


def test_there_is_a_manual_page_for_every_command(cli: CommandLine) -> None:
    ran = cli.run("man", "--folder", "pages")
    assert (ran.out, ran.err) == ("", "the manual is in pages\n")
    pages = {path.name for path in (cli.home / "pages").iterdir()}
    wanted = {"mendix-deploy.1"} | {f"mendix-deploy-{command}.1" for command in commands(cli)}
    wanted |= {f"mendix-deploy-{command}-{one}.1" for command, ones in SUBCOMMANDS.items() for one in ones}
    assert wanted - {"mendix-deploy-help.1"} <= pages
    assert (cli.home / "pages" / "mendix-deploy.1").read_text() == cli.run("man").out


def test_groff_reads_the_manual_pages_without_a_warning(cli: CommandLine) -> None:
    program = shutil.which("groff")
    if program is None:
        pytest.skip("groff is not installed")
    cli.run("man", "--folder", "pages")
    pages = sorted(str(path) for path in (cli.home / "pages").glob("*.1"))
    ran = subprocess.run(
        [program, "-Kutf8", "-ww", "-man", "-Tutf8", *pages],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    text = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", ran.stdout)
    assert "mendix-deploy deploy --app calc --mode Acceptance calc.mda" in text
    assert "ended by Ctrl-C" in text


def test_the_documented_commands_are_there(cli: CommandLine) -> None:
    """Each command that the page shows has a help of its own."""
    page = (ROOT / "docs" / "command-line.md").read_text()
    shown = set(re.findall(r"mendix-deploy ([a-z][a-z-]+)", page)) - {"simulator"}
    assert shown
    assert shown <= set(commands(cli))
