#!/bin/sh
# The same rows as a plain script would make them: one after the other, each Python built on the base
# that it is to run on, with nothing but mmdebstrap and the engine's command line. It exists to be
# compared with (`make bench ARGS=cross`). A cell has the limits that matrix.yaml has: 60 s, the exposed
# calls that a pass takes, the first failure.
#
# A CPython for musl is built by this project's own build-python, not as usual: until 3.11 its setup.py
# looks into the folder of glibc's headers, and no module of 2.7 compiles then.
#
# Reads a row a line: base, suite, the release and the name of the source package, libc, the command.
# Arguments: the reproduction's folder, images/cpython-source.
set -eu
reproduction=$1
recipe=$2

need() {
  command -v "$1" > /dev/null || { echo "$1 is missing: apt-get install $2" >&2; exit 127; }
}
need mmdebstrap mmdebstrap
need docker 'docker-cli (on Debian 12, docker.io)'

context=$(mktemp -d)
trap 'rm -rf "$context" "$context.log"' EXIT
cp -r "$recipe" "$context/recipe"
cp -r "$reproduction" "$context/reproduction"
cat > "$context/Dockerfile" <<'EOF'
ARG BASE
FROM ${BASE}
ARG RELEASE
ARG SOURCE
ARG FOR
COPY recipe/ /build/
RUN apt-get update -q \
 && apt-get install -qy --no-install-recommends gcc libc6-dev make musl musl-tools strace xz-utils
RUN cd /usr/include/*-linux-musl \
 && for part in ../linux ../asm-generic ../*-linux-gnu/asm; do test -e "${part##*/}" || ln -s "$part" .; done
RUN /build/fetch-source "$RELEASE" "$SOURCE"
RUN cd /build/python \
 && if [ "$FOR" = musl ]; then \
      ../build-python "$PWD" /opt/python musl && ../install-python "$PWD" /opt/python musl; \
    else \
      ./configure -q --prefix=/opt/python --without-ensurepip \
      && make -s -j"$(nproc)" && make -s install; \
    fi
COPY reproduction /reproduction
WORKDIR /reproduction
EOF

while read -r base suite release source libc command; do
  if ! docker image inspect "plain/$base" > /dev/null 2>&1; then
    mmdebstrap --quiet --variant=minbase --format=tar \
      '--aptopt=Acquire::Check-Valid-Until "false"' "$suite" - | docker import - "plain/$base" > /dev/null
  fi
  docker build --network host -t "plain/$base/$source-$libc" \
    --build-arg "BASE=plain/$base" --build-arg "RELEASE=$release" --build-arg "SOURCE=$source" \
    --build-arg "FOR=$libc" "$context" > "$context.log" 2>&1 || {
    tail -n 40 "$context.log" >&2
    exit 1
  }
  for mutation in none add delete overwrite; do
    answer=$(docker run --rm --network none "plain/$base/$source-$libc" "$command" reproduce.py \
      --mutation "$mutation" --launcher os.system --seconds 60 --calls 4610 --until-failure --json \
      | tail -n 1) || true
    echo "$base $source $libc $mutation: $answer"
    case $answer in
      *'"type": "summary"'*) ;;
      *) exit 1 ;;
    esac
  done
done
