#!/usr/bin/env bash
# Deploys the server of mode 1: its stack, and the web pages. The first time by hand, with the parameters that
# brain/template.yaml describes; later by the workflow, which keeps them. Safe to run again.
set -euo pipefail
# shellcheck source=scripts/lib/mode1.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/mode1.sh"

usage() {
  cat <<'HELP'
Usage: deploy-brain.sh [--prefix NAME] [--region REGION] [-- PARAMETER=VALUE …]

  --prefix NAME   stack NAME-brain, which starts the calculation of NAME-calculation (default: MRO_PREFIX, else mroptimum)

Parameters are those of brain/template.yaml, e.g. MailFrom=mro@lab.example Registration=approval. Those that are not given
stay as they are.
HELP
}

parse 'prefix= region=' "$@"
check_account
cd "$root"
stack=$prefix-brain

say 'Building the server and the pages'
npm run build
node scripts/buildBrain.mjs

say "Deploying the stack $stack"
sam deploy --template-file brain/template.yaml --stack-name "$stack" --region "$region" --s3-bucket "$deploy_bucket" \
  --role-arn "arn:aws:iam::$account:role/$prefix-cloudformation" --capabilities CAPABILITY_IAM \
  --no-confirm-changeset --no-fail-on-empty-changeset --parameter-overrides "UnitName=$prefix" "RoleBoundaryArn=$boundary" \
  ${rest[@]+"${rest[@]}"}

say 'Copying the pages'
pages=$(output "$stack" PagesBucketName)
# The first page last, and never kept by a browser: it names the others, whose names change with their content.
aws s3 sync cli/dist/web "s3://$pages" --only-show-errors --exclude index.html --exclude '*.br' --exclude '*.gz'
aws s3 cp cli/dist/web/index.html "s3://$pages/index.html" --only-show-errors --cache-control no-cache
aws cloudfront create-invalidation --distribution-id "$(output "$stack" DistributionId)" --paths '/*' >/dev/null

say "Done: $(output "$stack" Address)"
note 'Is this the first time? docs/mode1.md says how the first administrator is made.'
