#!/bin/sh
# Brings a run up to date with its data. A schedule may call it as often as it likes, also twice at once:
# what is done is kept, a call that finds another at work leaves it alone, and one that was cut off goes on.
#
#     refresh.sh DATA RUN [more words for `mmx run`, such as --config DIR, --workers 4 or --auto-approve]
#
# As a line of a crontab, every Monday at six (and again at seven, in case the machine slept):
#
#     0 6,7 * * 1  /opt/mmx/refresh.sh /srv/mmx/data /srv/mmx/runs/weekly --workers 4 >>/srv/mmx/weekly.log 2>&1
#
# It ends with 0 when the run is done or another call is at it, with 4 when a person has to decide, with 7 when
# a part could not be fitted, and with the code of `mmx` when something is wrong: worth a message to somebody.
set -u

if [ $# -lt 2 ]; then
    echo "usage: $0 DATA RUN [more words for mmx run]" >&2
    exit 2
fi
data=$1 run=$2
shift 2

${MMX:-mmx} run --input "$data" --run-dir "$run" "$@"
code=$?
if [ "$code" -eq 5 ]; then
    echo "Another call is at work on $run; nothing to do." >&2
    exit 0
fi
exit "$code"
