#!/usr/bin/env bash
# Starts the published pipeline '@endpoint@'. Needs bash, sed and curl.
#
#   ./invoke-pipeline.sh [--version VERSION] [name=value ...]
#
# Signs in as a service principal when AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET are set, else with the
# managed identity of the machine (AZURE_CLIENT_ID then names a user-assigned one). Secrets go to curl by its standard
# input, so that no list of processes shows them.
set -euo pipefail

url='@url@'
resource='@audience@'
authority='@authority@'
# What each input takes; Literal is a plain value, the others a URI.
types='@types.words@'

# A text between the quotes of JSON, and of curl's configuration.
quoted() { printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g'; }

# Asks curl with the configuration on standard input; an error shows what the service says.
ask() {
  local answer status
  answer=$(curl --silent --show-error --max-time 100 --write-out '\n%{http_code}' --config -) || return
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  if [ "$status" -ge 300 ]; then
    printf 'HTTP %s: %s\n' "$status" "$answer" >&2
    return 1
  fi
  printf '%s' "$answer"
}

# A text of a JSON object at its top.
text() { tr -d '\n' | sed -e "s/\"$1\" *: *\"/\n/" | sed -n '2s/".*//p'; }

token() {
  if [ -n "${AZURE_CLIENT_SECRET:-}" ]; then
    local host=${AZURE_AUTHORITY_HOST:-$authority}
    {
      printf 'url = "%s/%s/oauth2/v2.0/token"\n' "${host%/}" "$AZURE_TENANT_ID"
      printf 'data-urlencode = "grant_type=client_credentials"\n'
      printf 'data-urlencode = "client_id=%s"\n' "$(quoted "$AZURE_CLIENT_ID")"
      printf 'data-urlencode = "client_secret=%s"\n' "$(quoted "$AZURE_CLIENT_SECRET")"
      printf 'data-urlencode = "scope=%s/.default"\n' "$resource"
    } | ask
  else
    {
      if [ -n "${IDENTITY_ENDPOINT:-}" ]; then
        printf 'url = "%s"\nheader = "X-IDENTITY-HEADER: %s"\n' "$IDENTITY_ENDPOINT" "$IDENTITY_HEADER"
        printf 'data-urlencode = "api-version=2019-08-01"\n'
      else
        local host=${AZURE_POD_IDENTITY_AUTHORITY_HOST:-http://169.254.169.254}
        printf 'url = "%s/metadata/identity/oauth2/token"\nheader = "Metadata: true"\n' "${host%/}"
        printf 'data-urlencode = "api-version=2018-02-01"\n'
      fi
      if [ -n "${AZURE_CLIENT_ID:-}" ]; then printf 'data-urlencode = "client_id=%s"\n' "$AZURE_CLIENT_ID"; fi
      printf 'get\ndata-urlencode = "resource=%s"\n' "$resource"
    } | ask
  fi | text access_token
}

version=
if [ "${1:-}" = --version ]; then
  # The deployment of a version, as aml:publish-pipeline names it.
  version=$(printf 'v%s' "$2" | sed -E -e 's/[^A-Za-z0-9]+/-/g' -e 's/-+$//' | cut -c1-32)
  if [ ${#version} -lt 3 ]; then version=version-${version#v}; fi
  shift 2
fi

inputs=
for pair in "$@"; do
  name=${pair%%=*}
  kind=
  for known in $types; do if [ "${known%%=*}" = "$name" ]; then kind=${known#*=}; fi; done
  if [ -z "$kind" ] || [ "$name" = "$pair" ]; then
    printf "'%s' is no input; give name=value with one of: %s\n" "$pair" "$types" >&2
    exit 1
  fi
  key=uri
  if [ "$kind" = Literal ]; then key=value; fi
  inputs="$inputs${inputs:+,}\"$name\":{\"jobInputType\":\"$kind\",\"$key\":\"$(quoted "${pair#*=}")\"}"
done
body='{"properties":{'${inputs:+"\"inputData\":{$inputs}"}'}}'

bearer=$(token)
{
  printf 'url = "%s"\nrequest = "POST"\nheader = "Content-Type: application/json"\n' "$url"
  printf 'header = "Authorization: Bearer %s"\n' "$bearer"
  if [ -n "$version" ]; then printf 'header = "azureml-model-deployment: %s"\n' "$version"; fi
  printf 'data-raw = "%s"\n' "$(quoted "$body")"
} | ask | text name
echo
