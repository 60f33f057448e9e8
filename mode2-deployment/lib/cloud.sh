# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# The account: what is there, and what may be done.

check_tools() {
  local tool
  for tool in aws curl node sha256sum; do
    command -v "$tool" >/dev/null || fail "$tool is not installed. Needed: AWS command line, curl, Node.js, sha256sum."
  done
}

check_account() {
  [ -n "$region" ] || region=$(aws configure get region || true)
  [ -n "$region" ] || fail 'Which region? Give --region or set AWS_REGION.'
  export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''
  account=$(aws sts get-caller-identity --query Account --output text 2>/dev/null) ||
    fail 'AWS does not accept your credentials. Sign in first, e.g. by "aws sso login" or "aws configure".'
  [[ $stack =~ ^[a-z][a-z0-9-]{0,25}$ ]] ||
    fail "The name $stack cannot be used: at most 26 small letters, digits and dashes, since buckets are named after it."
  code_bucket=$stack-code-$account-$region
  token_secret=$stack/server-token
}

stack_status() {
  aws cloudformation describe-stacks --stack-name "$stack" --query 'Stacks[0].StackStatus' --output text 2>/dev/null || true
}

# A parameter or an output of the stack; empty where there is none.
parameter() { value_of Parameters ParameterKey ParameterValue "$1"; }
output() { value_of Outputs OutputKey OutputValue "$1"; }
value_of() {
  local value
  value=$(aws cloudformation describe-stacks --stack-name "$stack" \
    --query "Stacks[0].$1[?$2=='$4'].$3 | [0]" --output text 2>/dev/null || true)
  [ "$value" = None ] || printf '%s' "$value"
}

# Says what the account's quotas allow; what cannot be read is not held against it.
check_quotas() {
  local functions vcpus
  functions=$(aws lambda get-account-settings --query AccountLimit.ConcurrentExecutions --output text 2>/dev/null || echo unknown)
  vcpus=$(aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538 \
    --query Quota.Value --output text 2>/dev/null || echo unknown)
  note "quotas: $functions functions at a time, $vcpus vCPUs of Fargate"
  [[ ! $functions =~ ^[0-9]+$ ]] || [ "$functions" -ge 20 ] ||
    note "! Few functions may run at a time: ask AWS for more, or large jobs will wait."
  [[ ! ${vcpus%.*} =~ ^[0-9]+$ ]] || [ "${vcpus%.*}" -ge 16 ] ||
    note "! Fewer than 16 vCPUs of Fargate: the largest jobs cannot run before AWS raises that quota."
}

# The network of the tasks: the given one, that of the stack, the account's default one, else the stack makes one.
find_network() {
  if [ -n "$vpc" ]; then
    [ -n "$subnets" ] || fail '--vpc needs --subnets too.'
  elif [ -n "$(stack_status)" ]; then
    vpc=$(parameter VpcId)
    subnets=$(parameter SubnetIds)
  else
    vpc=$(aws ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text)
    [ "$vpc" != None ] || vpc=''
    [ -z "$vpc" ] || subnets=$(aws ec2 describe-subnets --query 'Subnets[].SubnetId' --output text \
      --filters "Name=vpc-id,Values=$vpc" Name=map-public-ip-on-launch,Values=true | tr '\t' ',')
    [ -n "$subnets" ] || vpc=''
  fi
  # Tasks in private subnets have a way out of their own, and get no public address.
  export public_ip=ENABLED
  [ -n "$vpc" ] || return 0
  local ids private
  IFS=, read -r -a ids <<<"$subnets"
  private=$(aws ec2 describe-subnets --subnet-ids "${ids[@]}" \
    --query 'Subnets[?!MapPublicIpOnLaunch].SubnetId' --output text)
  [ -z "$private" ] || public_ip=DISABLED
}

# Puts a file under a name made of its content, once: upload FILE EXTENSION → key.
upload() {
  local key
  key=code/$(sha256sum "$1" | cut -c 1-32).$2
  aws s3api head-object --bucket "$code_bucket" --key "$key" >/dev/null 2>&1 ||
    aws s3api put-object --bucket "$code_bucket" --key "$key" --body "$1" >/dev/null
  printf '%s' "$key"
}

make_code_bucket() {
  aws s3api head-bucket --bucket "$code_bucket" >/dev/null 2>&1 && return
  local place=()
  [ "$region" = us-east-1 ] || place=(--create-bucket-configuration "LocationConstraint=$region")
  aws s3api create-bucket --bucket "$code_bucket" "${place[@]}" >/dev/null
  aws s3api put-public-access-block --bucket "$code_bucket" --public-access-block-configuration \
    BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
}

# Keeps the server's token where the stack's function reads it; prints the secret's ARN.
keep_token() {
  local arn
  arn=$(aws secretsmanager describe-secret --secret-id "$token_secret" --query ARN --output text 2>/dev/null || true)
  if [ -z "$arn" ]; then
    arn=$(printf '%s' "$token" | aws secretsmanager create-secret --name "$token_secret" \
      --description 'API token of the MR Optimum server, for registering this computing unit' \
      --secret-string file:///dev/stdin --query ARN --output text)
  else
    printf '%s' "$token" | aws secretsmanager put-secret-value --secret-id "$token_secret" \
      --secret-string file:///dev/stdin >/dev/null
  fi
  printf '%s' "$arn"
}

empty_bucket() {
  aws s3 rm "s3://$1" --recursive --only-show-errors
  aws s3api delete-bucket --bucket "$1"
}
