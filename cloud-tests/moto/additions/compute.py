"""Functions, containers and executions: what moto does not run itself is asked of the tests' address."""

import copy
import json
import threading
import time

import boto3
import requests
from botocore.config import Config

_address = {"url": None}
# What state machines call, with the role they call it with: service, operation, parameters.
state_machine_calls = []
# Events and tasks on their way.
pending = set()


def set_address(url):
    _address["url"] = url
    state_machine_calls.clear()


def ask(what, body):
    """The tests' answer: for a function {"payload"} or {"error": {errorType, errorMessage}}; for a task its end."""
    answer = requests.post(f"{_address['url']}/{what}", json=body, timeout=900)
    answer.raise_for_status()
    return answer.json()


def later(target, *args):
    """Runs it beside the request, counted among what is pending from now on."""
    token = object()
    pending.add(token)

    def run():
        try:
            target(*args)
        finally:
            pending.discard(token)

    threading.Thread(target=run, daemon=True).start()


def install():
    _state_machines_use_their_account()
    _functions()
    _containers()
    _tasks_of_state_machines()
    _events()


def _state_machines_use_their_account():
    """moto's interpreter calls everything in the default account; here in that of the state machine's role."""
    import moto.stepfunctions.parser.asl.utils.boto_client as module
    from moto.settings import moto_server_port

    def boto_client_for(region, service, state_credentials=None):
        client = boto3.client(
            service,
            region_name=region,
            aws_access_key_id="ak",
            aws_secret_access_key="sk",
            endpoint_url=f"http://127.0.0.1:{moto_server_port()}",
            config=Config(
                parameter_validation=False,
                retries={"max_attempts": 0, "total_max_attempts": 1},
                read_timeout=900,
                s3={"addressing_style": "path"},
            ),
        )
        role = getattr(state_credentials, "role_arn", None)
        if role:

            def name_account(params, **_):
                params["headers"]["x-moto-account-id"] = role.split(":")[4]

            def record(params, model, **_):
                operation = f"{model.service_model.service_name}:{model.name}"
                state_machine_calls.append({"role": role, "call": operation, "params": json.loads(json.dumps(params, default=str))})

            client.meta.events.register("before-call", name_account)
            client.meta.events.register("provide-client-params", record)
        return client

    module.boto_client_for = boto_client_for
    _maps_are_noted()


def _maps_are_noted():
    """The service starts an execution for each part of a distributed map; moto runs the parts itself."""
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import map_run_record
    from moto.stepfunctions.responses import get_backend

    record = map_run_record.MapRunRecord
    plain = record.__init__

    def init(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        arn = kwargs["state_machine_arn"]
        _, _, _, region, account, *_ = arn.split(":")
        role = get_backend(account, region).describe_state_machine(arn).roleArn
        params = {"stateMachineArn": arn, "mapRunArn": self.map_run_arn}
        state_machine_calls.append({"role": role, "call": "states:MapRun", "params": params})

    record.__init__ = init


def _functions():
    from moto.awslambda.models import ImageConfig, LambdaBackend, LambdaFunction
    from moto.awslambda_simple.models import LambdaSimpleBackend

    plain_create = LambdaFunction.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        function = plain_create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        function.image_config = ImageConfig(cloudformation_json["Properties"].get("ImageConfig", {}))
        return function

    def invoke(self, body, request_headers, response_headers):
        kind = request_headers.get("x-amz-invocation-type") or request_headers.get("X-Amz-Invocation-Type")
        # CloudFormation and S3 call without headers: they do not wait for the answer.
        waits = bool(request_headers) and kind != "Event"
        request = {
            "functionArn": self.function_arn,
            "functionName": self.function_name,
            "account": self.account_id,
            # An image is told its entry by the command.
            "handler": getattr(self, "handler", None) or next(iter(self.image_config.cmd), None),
            "role": self.role,
            "environment": self.environment_vars,
            "event": json.loads(body or "{}"),
            "waits": waits,
        }
        if _address["url"] is None:
            return b"null"
        if not waits:
            later(ask, "function", request)
            return b""
        answer = ask("function", request)
        if "error" in answer:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps(answer["error"]).encode()
        return json.dumps(answer.get("payload")).encode()

    def backend_invoke(self, function_name, qualifier, body, headers, response_headers):
        function = self.get_function(function_name, qualifier)
        payload = function.invoke(body, headers, response_headers)
        response_headers["Content-Length"] = str(len(payload))
        return payload

    LambdaFunction.create_from_cloudformation_json = classmethod(create)
    LambdaFunction.invoke = invoke
    LambdaBackend.invoke = backend_invoke
    LambdaSimpleBackend.invoke = backend_invoke


def _containers():
    from moto.ecs.models import EC2ContainerServiceBackend, TaskDefinition

    plain_definition = TaskDefinition.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        definition = plain_definition(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        properties = cloudformation_json["Properties"]
        for attribute, name in {"task_role_arn": "TaskRoleArn", "execution_role_arn": "ExecutionRoleArn"}.items():
            if name in properties:
                setattr(definition, attribute, properties[name])
        return definition

    TaskDefinition.create_from_cloudformation_json = classmethod(create)

    plain = EC2ContainerServiceBackend.run_task

    def run_task(self, *args, **kwargs):
        tasks = plain(self, *args, **kwargs)
        for task in tasks:
            task._transitions = [("RUNNING", "RUNNING")]
            if _address["url"] is not None:
                later(_run, self, task)
        return tasks

    def _run(backend, task):
        definition = backend.describe_task_definition(task.task_definition_arn)
        request = {
            "taskArn": task.task_arn,
            "account": backend.account_id,
            "taskDefinition": task.task_definition_arn,
            "role": getattr(definition, "task_role_arn", None),
            "containers": definition.container_definitions,
            "overrides": task.overrides,
        }
        try:
            end = ask("task", request)
        except Exception as error:
            end = {"exitCode": None, "reason": str(error)}
        container = task.containers[0]
        container.exitCode = end.get("exitCode")
        container.reason = end.get("reason")
        container.last_status = "STOPPED"
        task.stop_code = end.get("stopCode", "EssentialContainerExited")
        task.stopped_reason = end.get("stoppedReason", "Essential container in task exited")
        task.desired_status = "STOPPED"
        task.status = "STOPPED"

    # A task of Fargate has its memory itself; moto asks its containers for theirs.
    needs = {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}
    EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(lambda _: dict(needs))
    EC2ContainerServiceBackend.run_task = run_task


def _tasks_of_state_machines():
    """runTask.sync as the service has it: parameters begin with capitals, and a task that fails fails the state."""
    from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
    from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
        FailureEvent,
        FailureEventException,
    )
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
    from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
    from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_ecs
    from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

    service = state_task_service_ecs.StateTaskServiceEcs
    plain_resolver = service._build_sync_resolver

    def recased(value, change):
        if isinstance(value, dict):
            return {change(key[0]) + key[1:]: recased(one, change) for key, one in value.items()}
        return [recased(one, change) for one in value] if isinstance(value, list) else value

    def change_all(holder, change):
        changed = recased(holder, change)
        holder.clear()
        holder.update(changed)

    def resolver_for(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        resolve = plain_resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials)

        def resolver():
            task = resolve()
            if task is None or all(one.get("ExitCode") == 0 for one in task["Containers"]):
                return task
            cause = json.dumps(task, default=str)
            details = TaskFailedEventDetails(
                resource=self._get_sfn_resource(),
                resourceType=self._get_sfn_resource_type(),
                error="States.TaskFailed",
                cause=cause,
            )
            raise FailureEventException(
                FailureEvent(
                    env=env,
                    error_name=StatesErrorName(typ=StatesErrorNameType.StatesTaskFailed),
                    event_type=HistoryEventType.TaskFailed,
                    event_details=EventDetails(taskFailedEventDetails=details),
                )
            )

        return resolver

    service._normalise_parameters = lambda self, parameters, **_: change_all(parameters, str.lower)
    service._normalise_response = lambda self, response, **_: change_all(response, str.upper)
    service._build_sync_resolver = resolver_for


def _events():
    """Ends of executions reach the rules of EventBridge, and rules reach functions."""
    from moto.events.models import Rule, events_backends
    from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication

    plain_send = Rule.send_to_targets
    plain_terminated = BaseExecutionWorkerCommunication.terminated

    def send_to_targets(self, original_event, transform_input=True):
        # A schedule has no pattern, which moto takes for one that everything fits.
        if self.scheduled_expression or not self.event_pattern.matches_event(original_event):
            return
        from moto.awslambda.utils import get_backend

        functions = [target for target in self.targets if ":lambda:" in target["Arn"]]
        for target in functions:
            _, _, _, region, account, *_ = target["Arn"].split(":")
            body = target.get("Input") or json.dumps(original_event)
            get_backend(account, region).get_function(target["Arn"]).invoke(body, {}, {})
        others = copy.copy(self)
        others.targets = [target for target in self.targets if target not in functions]
        plain_send(others, original_event, transform_input)

    def terminated(self):
        plain_terminated(self)
        execution = self.execution
        event = {
            "version": "0",
            "id": execution.exec_arn,
            "detail-type": "Step Functions Execution Status Change",
            "source": "aws.states",
            "account": execution.account_id,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "region": execution.region_name,
            "resources": [execution.exec_arn],
            "detail": {
                "executionArn": execution.exec_arn,
                "stateMachineArn": execution.state_machine_arn,
                "name": execution.name,
                "status": str(execution.exec_status.value),
                "input": execution.execution_input,
                "error": execution.error,
                "cause": execution.cause,
            },
        }
        backend = events_backends[execution.account_id][execution.region_name]
        for bus in backend.event_buses.values():
            for rule in bus.rules.values():
                rule.send_to_targets(event)

    Rule.send_to_targets = send_to_targets
    BaseExecutionWorkerCommunication.terminated = terminated
