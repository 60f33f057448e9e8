# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# The account: what is there, and what may be done.

check_tools() {
  local tool
  for tool in aws curl node; do
    command -v "$tool" >/dev/null || fail "$tool is not installed. Needed: AWS command line, curl, Node.js."
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

# Reads the stack once; what follows looks into what was read. A stack that was never made counts as none.
read_stack() {
  stack_json=$(aws cloudformation describe-stacks --stack-name "$stack" --output json 2>/dev/null || echo '{}')
  stack_status=$(field Stacks.0.StackStatus <<<"$stack_json")
  [ "$stack_status" != REVIEW_IN_PROGRESS ] || stack_json='{}' stack_status=''
}

# A parameter or an output of the stack; empty where there is none.
parameter() { pair_of Parameters Parameter "$1"; }
output() { pair_of Outputs Output "$1"; }
pair_of() {
  node -e '
    const [kind, prefix, name] = process.argv.slice(1);
    const { Stacks = [{}] } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const found = Stacks[0][kind]?.find((pair) => pair[prefix + "Key"] === name);
    process.stdout.write(found?.[prefix + "Value"] ?? "");' "$@" <<<"$stack_json"
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
  subnet1='' subnet2='' public_ip=ENABLED
  if [ -n "$vpc" ]; then
    IFS=, read -r subnet1 subnet2 <<<"$subnets"
    [ -n "$subnet1" ] || fail '--vpc needs --subnets too.'
    : "${subnet2:=$subnet1}"
  elif [ "$(parameter Computing)" = on ]; then
    vpc=$(parameter VpcId)
    subnet1=$(parameter SubnetId1)
    subnet2=$(parameter SubnetId2)
  else
    default_network
  fi
  [ -n "$vpc" ] || return 0
  # Tasks in private subnets have a way out of their own, and get no public address.
  local private
  private=$(aws ec2 describe-subnets --subnet-ids "$subnet1" "$subnet2" \
    --query 'Subnets[?!MapPublicIpOnLaunch].SubnetId' --output text)
  # shellcheck disable=SC2034 # commands.sh reads it
  [ -z "$private" ] || public_ip=DISABLED
}

default_network() {
  vpc=$(aws ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text)
  [ "$vpc" != None ] || vpc=''
  [ -n "$vpc" ] || return 0
  read -r subnet1 subnet2 <<<"$(aws ec2 describe-subnets --query 'Subnets[:2].SubnetId' --output text \
    --filters "Name=vpc-id,Values=$vpc" Name=map-public-ip-on-launch,Values=true)"
  [ -n "$subnet2" ] || vpc='' subnet1='' subnet2=''
}

# Puts a file under a name made of its content, once: upload FILE EXTENSION → key.
upload() {
  local key
  key=code/$(node -e '
    const digest = require("crypto").createHash("sha256").update(require("fs").readFileSync(process.argv[1])).digest("hex");
    process.stdout.write(digest.slice(0, 32));' "$1").$2
  aws s3api head-object --bucket "$code_bucket" --key "$key" >/dev/null 2>&1 ||
    aws s3api put-object --bucket "$code_bucket" --key "$key" --body "$1" >/dev/null
  printf '%s' "$key"
}

make_code_bucket() {
  aws s3api head-bucket --bucket "$code_bucket" >/dev/null 2>&1 && return
  local place=()
  [ "$region" = us-east-1 ] || place=(--create-bucket-configuration "LocationConstraint=$region")
  aws s3api create-bucket --bucket "$code_bucket" ${place[@]+"${place[@]}"} >/dev/null
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
