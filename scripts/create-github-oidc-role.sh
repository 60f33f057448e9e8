#!/usr/bin/env bash
# Makes the role by which GitHub Actions deploys mode 1: no keys anywhere, GitHub proves itself by a token that is good for
# minutes. Only the main branch in one environment of one repository may assume it. Safe to run again.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: create-github-oidc-role.sh ORG/REPO [options]

  --environment NAME   environment of GitHub that deploys (default: production)
  --stack NAME         stack that may be deployed (default: mroptimum)
  --prefix NAME        repositories NAME-lambda and NAME-fargate (default: mroptimum)
  --region REGION      default: that of your AWS settings
  --role NAME          default: mroptimum-github-deploy
  --dry-run            print trust and permissions; change nothing
HELP
}

fail() {
  printf '✗ %s\n' "$*" >&2
  exit 1
}

repository='' environment=production stack=mroptimum prefix=mroptimum role=mroptimum-github-deploy dry_run=no
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
while [ $# -gt 0 ]; do
  case $1 in
    --environment | --stack | --prefix | --region | --role)
      [ $# -ge 2 ] || fail "$1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --dry-run) dry_run=yes ;;
    --help | -h)
      usage
      exit 0
      ;;
    -*) fail "There is no option $1; --help shows them." ;;
    *) repository=$1 ;;
  esac
  shift
done
[[ $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || fail 'Which repository? Give ORG/REPO.'
command -v aws >/dev/null || fail 'The AWS command line is not installed.'
[ -n "$region" ] || region=$(aws configure get region || true)
[ -n "$region" ] || fail 'Which region? Give --region or set AWS_REGION.'
export AWS_REGION=$region AWS_DEFAULT_REGION=$region AWS_PAGER=''
account=$(aws sts get-caller-identity --query Account --output text) || fail 'AWS does not accept your credentials.'

issuer=token.actions.githubusercontent.com
provider=arn:aws:iam::$account:oidc-provider/$issuer

# A job of another branch, of a fork or outside the environment has another subject, and is refused. By itself GitHub
# names the environment or the branch in it; name_both lets it name both.
subject=repo:$repository:environment:$environment:ref:refs/heads/main
trust=$(
  cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": { "Federated": "$provider" },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "$issuer:aud": "sts.amazonaws.com",
          "$issuer:sub": "$subject"
        }
      }
    }
  ]
}
JSON
)

# CloudFormation makes the resources with a role of its own, so that this one cannot: it pushes images, hands over
# templates, and reads how that went.
permissions=$(
  cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "SignInToRegistries",
      "Effect": "Allow",
      "Action": ["ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"],
      "Resource": "*"
    },
    {
      "Sid": "FindTheNetwork",
      "Effect": "Allow",
      "Action": "ec2:DescribeSubnets",
      "Resource": "*"
    },
    {
      "Sid": "PushPrivateImages",
      "Effect": "Allow",
      "Action": [
        "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart", "ecr:DescribeImages"
      ],
      "Resource": [
        "arn:aws:ecr:$region:$account:repository/$prefix-lambda",
        "arn:aws:ecr:$region:$account:repository/$prefix-fargate"
      ]
    },
    {
      "Sid": "PushPublicImage",
      "Effect": "Allow",
      "Action": [
        "ecr-public:BatchCheckLayerAvailability", "ecr-public:CompleteLayerUpload",
        "ecr-public:InitiateLayerUpload", "ecr-public:PutImage", "ecr-public:UploadLayerPart",
        "ecr-public:DescribeRepositories"
      ],
      "Resource": "arn:aws:ecr-public::$account:repository/$prefix-fargate"
    },
    {
      "Sid": "DeployTheStack",
      "Effect": "Allow",
      "Action": [
        "cloudformation:CreateChangeSet", "cloudformation:DescribeChangeSet", "cloudformation:ExecuteChangeSet",
        "cloudformation:DeleteChangeSet", "cloudformation:DescribeStacks", "cloudformation:DescribeStackEvents",
        "cloudformation:GetTemplateSummary", "cloudformation:GetTemplate"
      ],
      "Resource": [
        "arn:aws:cloudformation:$region:$account:stack/$stack/*",
        "arn:aws:cloudformation:$region:$account:stack/$stack-*/*",
        "arn:aws:cloudformation:$region:aws:transform/Serverless-2016-10-31"
      ]
    },
    {
      "Sid": "HandOverTemplates",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject"],
      "Resource": "arn:aws:s3:::$stack-deploy-$account-$region/*"
    },
    {
      "Sid": "LetCloudFormationMakeIt",
      "Effect": "Allow",
      "Action": "iam:PassRole",
      "Resource": "arn:aws:iam::$account:role/$stack-cloudformation",
      "Condition": { "StringEquals": { "iam:PassedToService": "cloudformation.amazonaws.com" } }
    },
    {
      "Sid": "KeepTheSecretOfCallbacks",
      "Effect": "Allow",
      "Action": ["secretsmanager:CreateSecret", "secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"],
      "Resource": "arn:aws:secretsmanager:$region:$account:secret:$stack/*"
    }
  ]
}
JSON
)

name_both() {
  local put=(gh api --method PUT "repos/$repository/actions/oidc/customization/sub" -F use_default=false
    -f 'include_claim_keys[]=repo' -f 'include_claim_keys[]=context' -f 'include_claim_keys[]=ref')
  if command -v gh >/dev/null && "${put[@]}" >/dev/null; then
    printf "GitHub's tokens of %s name environment and branch.\n" "$repository"
  else
    printf '! Let the tokens of GitHub name environment and branch; as an administrator of %s run:\n  %s\n' "$repository" "${put[*]}"
  fi
}

if [ "$dry_run" = yes ]; then
  printf 'Trust of the role %s:\n%s\nPermissions:\n%s\n' "$role" "$trust" "$permissions"
  exit 0
fi

if ! aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$provider" >/dev/null 2>&1; then
  aws iam create-open-id-connect-provider --url "https://$issuer" --client-id-list sts.amazonaws.com >/dev/null
fi
if aws iam get-role --role-name "$role" >/dev/null 2>&1; then
  aws iam update-assume-role-policy --role-name "$role" --policy-document "$trust"
else
  aws iam create-role --role-name "$role" --assume-role-policy-document "$trust" --max-session-duration 3600 \
    --description "GitHub Actions of $repository deploy MR Optimum" >/dev/null
fi
aws iam put-role-policy --role-name "$role" --policy-name deploy --policy-document "$permissions"

# What CloudFormation may make is decided by its own role, which only CloudFormation may assume.
if ! aws iam get-role --role-name "$stack-cloudformation" >/dev/null 2>&1; then
  aws iam create-role --role-name "$stack-cloudformation" --description 'CloudFormation makes MR Optimum' \
    --assume-role-policy-document '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudformation.amazonaws.com"},"Action":"sts:AssumeRole"}]}' >/dev/null
  printf '! The role %s has no permissions yet: docs/mode1.md says which to attach.\n' "$stack-cloudformation"
fi

# Templates are handed over here. The role that deploys may read and write objects, and change nothing about the bucket.
bucket=$stack-deploy-$account-$region
if ! aws s3api head-bucket --bucket "$bucket" --expected-bucket-owner "$account" >/dev/null 2>&1; then
  place=()
  [ "$region" = us-east-1 ] || place=(--create-bucket-configuration "LocationConstraint=$region")
  aws s3api create-bucket --bucket "$bucket" "${place[@]}" >/dev/null
fi
aws s3api put-public-access-block --bucket "$bucket" --public-access-block-configuration \
  BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
aws s3api put-bucket-encryption --bucket "$bucket" --server-side-encryption-configuration \
  '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
aws s3api put-bucket-policy --bucket "$bucket" --policy "$(
  cat <<JSON
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "EncryptedTransportOnly",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::$bucket", "arn:aws:s3:::$bucket/*"],
      "Condition": { "Bool": { "aws:SecureTransport": "false" } }
    }
  ]
}
JSON
)"
name_both
printf 'AWS_DEPLOY_ROLE_ARN=arn:aws:iam::%s:role/%s\n' "$account" "$role"
