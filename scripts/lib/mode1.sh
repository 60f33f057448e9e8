# shellcheck shell=bash disable=SC2034,SC2154 # the scripts that source this file set and use what is named here
# What the scripts of mode 1 share: options, names, account and region.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=mode2-deployment/lib/common.sh
source "$root/mode2-deployment/lib/common.sh"

# One name goes through everything: repositories NAME-lambda and NAME-fargate, stacks NAME-brain and NAME-calculation,
# roles NAME-github-deploy and NAME-cloudformation, policy NAME-boundary, bucket NAME-deploy-ACCOUNT-REGION, secret NAME/callback.
prefix=${MRO_PREFIX:-mroptimum}
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
dry_run=no argument=''

# parse 'prefix= region= dry-run' "$@": sets the variable of each option that is given; those with = take a value, the
# others become yes. The word without dashes is the argument; what follows -- is left in the array rest.
parse() {
  local known=" $1 " name
  shift
  rest=()
  while [ $# -gt 0 ]; do
    name=${1#--}
    case $1 in
      --help | -h)
        usage
        exit 0
        ;;
      --)
        shift
        rest=("$@")
        return
        ;;
      --*)
        if [[ $known == *" $name= "* ]]; then
          [ $# -ge 2 ] || fail "$1 needs a value."
          printf -v "${name//-/_}" '%s' "$2"
          shift
        elif [[ $known == *" $name "* ]]; then
          printf -v "${name//-/_}" yes
        else
          fail "There is no option $1; --help shows them."
        fi
        ;;
      -*) fail "There is no option $1; --help shows them." ;;
      *)
        [ -z "$argument" ] || fail "One word too many: $1"
        argument=$1
        ;;
    esac
    shift
  done
}

check_repository() {
  [[ $argument =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || fail 'Which repository? Give ORG/REPO.'
  repository=$argument
}

check_commit() {
  [[ $argument =~ ^[0-9a-f]{7,40}$ ]] || fail "Usage: $(basename "$0") COMMIT [--prefix NAME] [--region REGION]"
  commit=$argument
}

# CloudFormation shortens names of stacks inside names of roles and functions to 25 letters; permissions name the first
# of them, NAME-calculation-.
check_prefix() {
  [[ $prefix =~ ^[a-z][a-z0-9-]{1,11}$ ]] ||
    fail "The name $prefix cannot be used: 2 to 12 small letters, digits and dashes, since roles and buckets bear it."
}

# Sets account, region and what is named after them.
check_account() {
  check_prefix
  command -v aws >/dev/null || fail 'The AWS command line is not installed.'
  [ -n "$region" ] || region=$(aws configure get region || true)
  [ -n "$region" ] || fail 'Which region? Give --region or set AWS_REGION.'
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''
  account=$(aws sts get-caller-identity --query Account --output text) || fail 'AWS does not accept your credentials.'
  registry=$account.dkr.ecr.$region.amazonaws.com
  deploy_bucket=$prefix-deploy-$account-$region
  boundary=arn:aws:iam::$account:policy/$prefix-boundary
}

# policy NAME: a file of scripts/policies for this account, region and name.
policy() {
  sed -e "s|\${account}|$account|g" -e "s|\${region}|$region|g" -e "s|\${prefix}|$prefix|g" \
    -e "s|\${repository}|${repository:-}|g" -e "s|\${environment}|${environment:-}|g" "$root/scripts/policies/$1.json"
}

# output STACK NAME: an output of a stack; empty where there is none.
output() {
  aws cloudformation describe-stacks --stack-name "$1" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" 2>/dev/null | sed '/^None$/d' || true
}
