# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by ./weft and ./mvnw: sets JAVA_HOME to a JDK of at least 25.

JDK_OLDEST=25

# The major version of the JDK in $1, from its release file: no process needs to start.
jdk_major() {
  local line version
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#*\"}
        version=${version%%[.\"-]*}
        printf '%s' "$version"
        return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

jdk_fits() {
  local major
  major=$(jdk_major "$1") && [ "$major" -ge "$JDK_OLDEST" ] 2>/dev/null
}

# Sets JAVA_HOME, or says how to get a JDK and fails.
find_jdk() {
  local java each
  if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then
    return 0
  fi
  if java=$(command -v java) && java=$(readlink -f "$java" 2>/dev/null) && jdk_fits "${java%/bin/java}"; then
    JAVA_HOME=${java%/bin/java}
    return 0
  fi
  for each in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if [ -d "$each" ] && jdk_fits "$each"; then
      JAVA_HOME=$each
      return 0
    fi
  done
  if [ -x /usr/libexec/java_home ] && each=$(/usr/libexec/java_home -v "$JDK_OLDEST+" 2>/dev/null) && jdk_fits "$each"; then
    JAVA_HOME=$each
    return 0
  fi
  cat >&2 <<SAY
Weft needs a JDK $JDK_OLDEST or newer, and none was found (JAVA_HOME, PATH, /usr/lib/jvm, ~/.sdkman, ~/.jdks).
Get one with one of these, or set JAVA_HOME to yours:
  Debian, Ubuntu:  sudo apt-get install openjdk-$JDK_OLDEST-jdk      (or temurin-$JDK_OLDEST-jdk from packages.adoptium.net)
  macOS:           brew install openjdk@$JDK_OLDEST
  SDKMAN:          sdk install java $JDK_OLDEST-tem
SAY
  return 1
}
