#!/bin/sh
# Publishes the version of package.json to npm, as the tag of that name asks for. With arguments they go
# to `npm publish`, such as --dry-run.
set -eu
version=$(node -p 'require("./package.json").version')
if [ "v$version" != "$GITHUB_REF_NAME" ]; then
  echo "The tag is $GITHUB_REF_NAME, but package.json has version $version. Tag v$version instead." >&2
  exit 1
fi
if ! grep -qx "## $version" CHANGELOG.md; then
  echo "CHANGELOG.md has no heading '## $version'. Add it, without 'not released'." >&2
  exit 1
fi
make check test-unit
# A statement of provenance needs the address of the repository, and that of a fork is another one.
npm pkg set repository.type=git "repository.url=git+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY.git"
npm publish --access public "$@"
