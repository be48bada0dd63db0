#!/bin/sh
# The same rows as a plain script would make them: one after the other, each Python built on the base
# that it is to run on, with nothing but mmdebstrap and the engine's command line. It exists to be
# compared with (`make bench ARGS=cross`). A cell has the limits that matrix.yaml has: 60 s, the exposed
# calls that a pass takes, the first failure.
#
# Reads a row a line: base, suite, the release and the name of the source package, libc, the command.
# Arguments: the reproduction's folder, the folder with musl-cc.
set -eu
reproduction=$1
recipe=$2
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$recipe/musl-cc" "$context/"
cp -r "$reproduction" "$context/reproduction"
cat > "$context/Dockerfile" <<'EOF'
ARG BASE
FROM ${BASE}
ARG RELEASE
ARG SOURCE
ARG FOR
COPY musl-cc /build/
RUN apt-get update -q \
 && apt-get install -qy --no-install-recommends gcc libc6-dev make musl musl-tools strace xz-utils
RUN cd /usr/include/*-linux-musl \
 && for part in ../linux ../asm-generic ../*-linux-gnu/asm; do test -e "${part##*/}" || ln -s "$part" .; done
RUN archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1) \
 && echo "deb-src $archive $RELEASE main" > /etc/apt/sources.list.d/source.list \
 && apt-get update -q -o Acquire::Check-Valid-Until=false && cd /build \
 && apt-get source -q --download-only --tar-only "$SOURCE/$RELEASE" \
 && mkdir python && tar -xf "$SOURCE"_*.orig.tar.?z --strip-components=1 -C python
RUN cd /build/python \
 && if [ "$FOR" = musl ]; then set -- CC=/build/musl-cc CXX=false; else set --; fi \
 && ./configure -q --prefix=/opt/python --without-ensurepip "$@" \
 && make -s -j"$(nproc)" && make -s install
COPY reproduction /reproduction
WORKDIR /reproduction
EOF

while read -r base suite release source libc command; do
  if ! docker image inspect "plain/$base" > /dev/null 2>&1; then
    mmdebstrap --quiet --variant=minbase --format=tar \
      '--aptopt=Acquire::Check-Valid-Until "false"' "$suite" - | docker import - "plain/$base" > /dev/null
  fi
  docker build -q --network host -t "plain/$base/$source-$libc" \
    --build-arg "BASE=plain/$base" --build-arg "RELEASE=$release" --build-arg "SOURCE=$source" \
    --build-arg "FOR=$libc" "$context" > /dev/null
  for mutation in none add delete overwrite; do
    answer=$(docker run --rm --network none "plain/$base/$source-$libc" "$command" reproduce.py \
      --mutation "$mutation" --launcher os.system --seconds 60 --calls 4610 --until-failure --json \
      | tail -n 1) || true
    echo "$base $source $libc $mutation: $answer"
  done
done
