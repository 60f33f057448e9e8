# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# The three things that can be done: deploy, status, teardown.

deploy() {
  local unit arn code definition
  read_stack
  say "Checking account $account in $region"
  [ "$what" = deploy ] || [ -n "$stack_status" ] || fail "There is no stack $stack to update."
  case $stack_status in
    *_IN_PROGRESS) fail "The stack $stack is being changed ($stack_status): wait until that is done." ;;
    ROLLBACK_COMPLETE | *_FAILED) fail "The stack $stack is broken ($stack_status): look into its events, then --teardown." ;;
  esac
  [ -n "$image" ] || image=$(parameter FargateImage)
  [ -n "$image" ] || fail 'Which image calculates large jobs? Give --image or MROPTIMUM_IMAGE.'
  [ -n "$brain" ] || brain=$(parameter BrainUrl)
  [ -n "$brain_role" ] || brain_role=$(parameter BrainRoleArn)
  sign_in
  check_quotas
  find_network
  say 'What will be there'
  show_plan
  if [ "$dry_run" = yes ]; then
    note 'Nothing was changed (--dry-run).'
    return
  fi
  confirm 'Deploy this?'

  if [ -z "$package" ]; then
    package=$here/dist
    node "$here/package.mjs" "$package"
  fi
  say 'Registering the place'
  external_id=$(parameter ExternalId)
  unit=$(output ComputingUnitId)
  if [ -n "$unit" ] && [ "$(find_unit)" = "$unit" ]; then
    note "known to the server as $unit"
  else
    register_place
    note 'the server made an external id for it'
  fi
  [ -n "$brain_role" ] || fail 'The server does not say which role it has: give --brain-role.'

  say 'Uploading the code'
  make_code_bucket
  code=$(upload "$package/functions.zip" zip)
  definition=$(upload "$package/statemachine.asl.json" json)
  arn=$(keep_token)

  say "Deploying the stack $stack (some minutes)"
  local parameters=(
    "BrainUrl=$brain" "BrainRoleArn=$brain_role" "ExternalId=$external_id" "TokenSecretArn=$arn"
    "CodeBucket=$code_bucket" "CodeKey=$code" "DefinitionKey=$definition" "FargateImage=$image"
    "VpcId=$vpc" "SubnetId1=$subnet1" "SubnetId2=$subnet2" "AssignPublicIp=$public_ip" Computing=on
  )
  [ -z "$alias" ] || parameters+=("Alias=$alias")
  [ -z "$memory" ] || parameters+=("FunctionMemory=$memory")
  [ -z "$architecture" ] || parameters+=("Architecture=$architecture")
  aws cloudformation deploy --stack-name "$stack" --template-file "$here/template-mode2.yaml" \
    --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides "${parameters[@]}" ||
    fail "The stack could not be deployed: aws cloudformation describe-stack-events --stack-name $stack"

  say 'Asking the server whether it reaches the unit'
  read_stack
  unit=$(output ComputingUnitId)
  check_unit "$unit" || fail "The unit $unit is registered, but something is wrong: see above and docs/troubleshooting.md."
  say "Done: computing unit $unit"
}

status() {
  local unit waiting
  read_stack
  [ -n "$stack_status" ] || fail "There is no stack $stack in account $account, region $region."
  say "Stack $stack: $stack_status"
  node -e '
    const { Stacks } = JSON.parse(require("fs").readFileSync(0, "utf8"));
    for (const { OutputKey, OutputValue } of Stacks[0].Outputs ?? []) console.log("  " + OutputKey + "  " + OutputValue);
  ' <<<"$stack_json"
  unit=$(output ComputingUnitId)
  if [ -z "$unit" ]; then
    note 'Computing was removed; the buckets are there.'
    return
  fi
  # Version 1 of the command line forgets AWS_ENDPOINT_URL for queues.
  waiting=$(aws sqs get-queue-attributes --queue-url "$(output DeadLetterQueueUrl)" \
    ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"} \
    --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages --output text)
  note "callbacks that could not be delivered: $waiting"
  note "executions that run: $(running_executions)"
  [ -n "$brain" ] || brain=$(parameter BrainUrl)
  if [ -n "$token" ] || asks; then
    say 'What the server says'
    sign_in
    check_unit "$unit"
  else
    note 'What the server says is shown with a token in MRO_TOKEN.'
  fi
}

running_executions() {
  aws stepfunctions list-executions --state-machine-arn "$(output StateMachineArn)" --status-filter RUNNING \
    --query 'length(executions)' --output text
}

teardown() {
  local name
  read_stack
  if [ -n "$stack_status" ]; then
    say "Removing the computing of stack $stack in account $account, region $region"
    if [ "$delete_data" = yes ]; then
      note 'AND all data, results and reports in its buckets.'
    else
      note 'The three buckets stay, with everything in them.'
    fi
    if [ -n "$(output StateMachineArn)" ]; then note "executions that run and will be lost: $(running_executions)"; fi
    if [ "$dry_run" = yes ]; then
      note 'Nothing was changed (--dry-run).'
      return
    fi
    confirm 'Remove it?'
    [ -z "$token" ] || keep_token >/dev/null
    remove_computing
  elif [ "$dry_run" = yes ]; then
    note "There is no stack $stack."
    return
  fi
  aws secretsmanager delete-secret --secret-id "$token_secret" --force-delete-without-recovery >/dev/null 2>&1 || true
  for name in code $([ "$delete_data" = no ] || echo data results failed); do
    if aws s3api head-bucket --bucket "$stack-$name-$account-$region" >/dev/null 2>&1; then
      empty_bucket "$stack-$name-$account-$region"
      note "bucket $name removed"
    fi
  done
  say 'Done'
}

# Without data to keep, or where it never came to be, the stack goes; else all of it but the buckets.
remove_computing() {
  if [ "$delete_data" = yes ] || [ "$stack_status" = ROLLBACK_COMPLETE ]; then
    aws cloudformation delete-stack --stack-name "$stack"
    aws cloudformation wait stack-delete-complete --stack-name "$stack"
  else
    aws cloudformation deploy --stack-name "$stack" --template-file "$here/template-mode2.yaml" \
      --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset --parameter-overrides Computing=off
  fi
}
