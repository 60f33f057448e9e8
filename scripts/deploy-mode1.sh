#!/usr/bin/env bash
# Deploys the calculation of mode 1 with the images of a commit, registers the computing unit with the server, and asks the
# server whether it reaches it. Safe to run again. The token is taken from the environment, never as an argument.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"
# shellcheck disable=SC2034 # server.sh reads them
brain=${CLOUDMR_API_URL:-} yes=yes MRO_TOKEN=${CLOUDMR_ADMIN_TOKEN:-}
unset CLOUDMR_ADMIN_TOKEN
# shellcheck source=mode2-deployment/lib/server.sh
source "$root/mode2-deployment/lib/server.sh"

usage() {
  cat <<'HELP'
Usage: deploy-mode1.sh COMMIT [--prefix NAME] [--region REGION]

  --prefix NAME   stack NAME-calculation beside NAME-brain (default: MRO_PREFIX, else mroptimum)

From the environment: CLOUDMR_API_URL, CLOUDMR_ADMIN_TOKEN, SUBNET_ID_1, SUBNET_ID_2, DATA_BUCKET, RESULTS_BUCKET,
FAILED_BUCKET; docs/mode1.md says where they come from.
HELP
}

parse 'prefix= region=' "$@"
check_commit
for name in SUBNET_ID_1 SUBNET_ID_2 DATA_BUCKET RESULTS_BUCKET FAILED_BUCKET; do
  [ -n "${!name:-}" ] || fail "$name is not set: docs/mode1.md lists what is needed."
done
check_account
stack=$prefix-calculation secret_name=$prefix/callback

say 'Signing in with the server'
sign_in

say "Deploying the stack $stack"
secret=$(aws secretsmanager describe-secret --secret-id "$secret_name" --query ARN --output text 2>/dev/null || true)
[ -n "$secret" ] || secret=$(aws secretsmanager create-secret --name "$secret_name" --query ARN --output text \
  --description 'Signs what the computing unit reports; the server gives it')
vpc=$(aws ec2 describe-subnets --subnet-ids "$SUBNET_ID_1" --query 'Subnets[0].VpcId' --output text)
cd "$root"
sam build
sam deploy --stack-name "$stack" --region "$region" --s3-bucket "$deploy_bucket" \
  --role-arn "arn:aws:iam::$account:role/$prefix-cloudformation" --no-confirm-changeset --no-fail-on-empty-changeset \
  --parameter-overrides "UnitName=$prefix" "BrainStackName=$prefix-brain" "RoleBoundaryArn=$boundary" \
  "LambdaImageUri=$registry/$prefix-lambda:$commit" \
  "FargateImageUri=$registry/$prefix-fargate:$commit" "FargateRepositoryName=$prefix-fargate" \
  "CloudMrApiUrl=$brain" "CallbackSecretArn=$secret" "VpcId=$vpc" "SubnetIds=$SUBNET_ID_1,$SUBNET_ID_2"
machine=$(output "$stack" StateMachineArn)

say 'Registering the computing unit'
unit=$(
  object mode mode1 provider aws appId 'MR Optimum' awsAccountId "$account" region "$region" \
    stateMachineArn "$machine" resultsBucket "$RESULTS_BUCKET" failedBucket "$FAILED_BUCKET" dataBucket "$DATA_BUCKET"
)
# Booleans among the words: the default unit of everybody, whose callbacks get a new secret with each deployment.
unit=${unit%\}}',"isDefault":true,"isShared":true,"renewCallbackSecret":true}'
answer=$(api POST /computing-unit/register "$unit")
field callbackSecret <<<"$answer" | aws secretsmanager put-secret-value --secret-id "$secret" \
  --secret-string file:///dev/stdin >/dev/null
id=$(field computingUnitId <<<"$answer")

say 'Asking the server whether it reaches the unit'
check_unit "$id" || fail "The unit $id is registered, but something is wrong: see above and docs/troubleshooting.md."
say "Done: computing unit $id"
