"""A real spreadsheet program for the tests: buttons pressed, macros run, formulas calculated, sheets drawn.

Tests that need LibreOffice live in this folder and take the fixture ``office``, one per test module::

    from tests.libreoffice.pressing import opened_book

    def test_the_button_writes_its_result(office: Office, tmp_path: Path) -> None:
        with opened_book(office, tmp_path / "plan.xlsm") as book:  # and the stand-in xlwings.xlam
            pressed = book.press("Run all", watch="mmx_status", until="^done", seconds=60)
            assert pressed.first_seconds < 2                           # every text shown: pressed.shown
            assert book.cells(["Budget!C5"]) == [12.5]                 # floats, texts, None; errors as "#N/A"
            assert book.ended_calls()[0].errors == ""                  # what the started Python wrote

``book.ribbon("Module.Callback", ...)`` and ``book.macro("Ping")`` run macros, ``book.type_value(place,
value)`` is the user's keyboard, then ``recalculate``, ``shown``, ``buttons``, ``wait``, ``save_copy``. A
place is ``Sheet!A1`` or a defined name. ``opened_book(office, path, add_in=False)`` is a machine without
the add-in.

A pressed button starts our Python with ``office.environment`` (``running_office(folder, environment=...)``
adds to it). There, and in whatever that Python starts, ``import xlwings`` finds an engine over this
LibreOffice: see ``engine``. It needs no hook in the product, but a Python started with ``-I``, ``-E`` or
``-S`` does not get it.

``desk.desk_at(office, path, content)`` opens a workbook of ours with its whole surroundings: stages pressed,
decisions typed, the run's journal, the worker's process, the browser, and an Excel that is busy.

Nothing of LibreOffice's bridge is ever loaded into the tests' own process: ``office.answer(function,
name=...)`` runs a function of a module here in a process of its own, with a deadline; arguments and answer
pass as JSON.

``recalculating.recalculated(office, path, places)`` gives exact values and every cell in error after a hard
recalculation; ``rendering.pages(office, path, folder)`` draws each sheet as printed and knows what a reader
would stumble over; ``python -m tests.libreoffice.rendering book.xlsm folder`` draws one to look at.

Where ``soffice`` or its bridge is missing the tests skip and say why; with ``MMX_REQUIRE_LIBREOFFICE=1``
they fail.
"""
