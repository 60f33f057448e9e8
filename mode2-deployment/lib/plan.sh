# shellcheck shell=bash disable=SC2154 # deploy-mode2.sh sets what is used here
# What will be made, and what it costs.

show_plan() {
  local network="the network $vpc ($subnet1, $subnet2)"
  [ -n "$vpc" ] || network='a minimal network of its own: two public subnets, no NAT gateway, nothing may come in'
  cat <<PLAN

  Account $account, region $region, stack $stack
    3 buckets        $stack-{data,results,failed}-$account-$region, encrypted, private, kept when the stack goes
    5 functions      prepare, calculate (${memory:-3008} MB), fail, callback, registration
    1 state machine  $stack, which starts them, or tasks of Fargate for large jobs
    1 cluster        without machines: a task is paid while it runs; image $image
    network          $network
    1 role           which only ${brain_role:-the server} may assume, with the external id; it may start, watch and stop
                     executions of this machine and read and write these buckets
    2 secrets        the server's token, the secret that signs callbacks

  Every month, without any job (list prices of us-east-1, $prices_of):
    2 secrets x \$0.40 + 1 alarm x \$0.10 = \$0.90
    and \$0.023 for each GB that is stored
  Each job: see docs/costs.md; most cost less than a cent.
PLAN
}

prices_of=2026-11-24
