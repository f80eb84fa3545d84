#!/bin/sh
# The tool of the same name without .sh, for scripts that call Kafka's tools by their own names.
self=$0
while [ -h "$self" ]; do
  target=$(readlink "$self")
  case $target in
    /*) self=$target ;;
    *) self=${self%/*}/$target ;;
  esac
done
command -v node >/dev/null || { echo "${0##*/}: Node.js 20.19 or newer is needed, and no 'node' is on the PATH" >&2; exit 127; }
case $self in
  */*) exec node "${self%.sh}" "$@" ;;
  *) exec node "./${self%.sh}" "$@" ;;
esac
