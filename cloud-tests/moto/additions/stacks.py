"""Resources that templates have and moto's CloudFormation does not know.

Secrets and notifications of buckets are made for real. Every other unknown type becomes a placeholder with a name and
an ARN, so that references to it can be resolved.
"""

import json
import uuid

from moto.core.common_models import CloudFormationModel


class Placeholder(CloudFormationModel):
    def __init__(self, name, kind, account_id, region_name):
        self.name = name
        self.arn = f"arn:aws:{kind.split('::')[1].lower()}:{region_name}:{account_id}:{name}"

    @property
    def physical_resource_id(self):
        return self.name

    @staticmethod
    def cloudformation_name_type():
        return None

    @staticmethod
    def cloudformation_type():
        return "Placeholder"

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute_name):
        return self.arn if attribute_name.endswith("Arn") else f"{self.name}.{attribute_name}"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        return cls(resource_name, kwargs["ResourceType"], account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, **_):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, *_, **__):
        pass


class Secret(Placeholder):
    def __init__(self, name, arn):
        self.name = name
        self.arn = arn

    @property
    def physical_resource_id(self):
        return self.arn

    def get_cfn_attribute(self, attribute_name):
        return self.arn

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **_):
        from moto.secretsmanager.models import secretsmanager_backends

        properties = cloudformation_json["Properties"]
        # One that says neither what it holds nor how that is made is empty.
        made = uuid.uuid4().hex if "GenerateSecretString" in properties else None
        value = properties.get("SecretString", made)
        secret, _version = secretsmanager_backends[account_id][region_name]._add_secret(
            properties.get("Name", resource_name), secret_string=value, secret_binary=None
        )
        return cls(secret.name, secret.arn)

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        from moto.secretsmanager.models import secretsmanager_backends

        secretsmanager_backends[account_id][region_name].delete_secret(
            resource_name, recovery_window_in_days=None, force_delete_without_recovery=True
        )


def install():
    import moto.cloudformation.parsing as parsing

    plain = parsing.resource_class_from_type

    def resource_class_from_type(kind):
        if kind == "AWS::SecretsManager::Secret":
            return Secret
        if kind.startswith("AWS::") and kind not in parsing.get_model_map() and kind not in parsing.NULL_MODELS:
            return Placeholder
        return plain(kind)

    parsing.resource_class_from_type = resource_class_from_type
    _notifications_of_buckets()
    _state_machines()
    _conditions_of_updates()
    _change_sets()
    _policies_of_roles()
    _addresses_of_queues()
    _networks_go()
    _nested_stacks()
    _no_value_in_lists()
    _names_of_log_groups()


def _state_machines():
    """Those of stacks are kept where the calls look for them: moto has one place for machines that run, one for others."""
    import moto.stepfunctions.models as models
    from moto.stepfunctions.responses import get_backend

    class Account:
        def __init__(self, account):
            self.account = account

        def __getitem__(self, region):
            return get_backend(self.account, region)

    class Accounts:
        def __getitem__(self, account):
            return Account(account)

    models.stepfunctions_backends = Accounts()

    def with_definition(properties, account_id, region_name):
        place = properties.get("DefinitionS3Location")
        if place:
            from moto.s3.models import s3_backends

            bucket = s3_backends[account_id]["aws"]
            properties["DefinitionString"] = bucket.get_object(place["Bucket"], place["Key"]).value.decode()
        for name, value in properties.get("DefinitionSubstitutions", {}).items():
            quoted = json.dumps(str(value))[1:-1]
            properties["DefinitionString"] = properties["DefinitionString"].replace("${" + name + "}", quoted)

    plain_create = models.StateMachine.create_from_cloudformation_json.__func__
    plain_update = models.StateMachine.update_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        with_definition(cloudformation_json["Properties"], account_id, region_name)
        return plain_create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)

    def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        with_definition(cloudformation_json["Properties"], account_id, region_name)
        return plain_update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name)

    models.StateMachine.create_from_cloudformation_json = classmethod(create)
    models.StateMachine.update_from_cloudformation_json = classmethod(update)


def _conditions_of_updates():
    """An update removes resources whose condition is no longer met, and makes those whose condition is met now."""
    from moto.cloudformation.parsing import ResourceMap

    plain = ResourceMap.update

    def update(self, template, parameters=None):
        values = {**self.input_parameters, **(parameters or {})}
        probe = ResourceMap(
            self.stack_id, self["AWS::StackName"], values, self.tags, self._region_name, self._account_id,
            template, self.cross_stack_resources,
        )
        probe.load()
        wanted = {
            name: resource
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or probe.lazy_condition_map[resource["Condition"]]
        }
        # What was not made before counts as new.
        self._resource_json_map = {
            name: resource for name, resource in self._resource_json_map.items() if self._parsed_resources.get(name)
        }
        before = set(self._resource_json_map)
        plain(self, {**template, "Resources": wanted}, values)
        # moto keeps what was removed in mind, and would not make it again.
        for name in before - set(wanted):
            self._parsed_resources.pop(name, None)

    ResourceMap.update = update


def _addresses_of_queues():
    """The command line sends requests about a queue to the address that the queue has: it must be this server's."""
    from moto.settings import moto_server_port
    from moto.sqs.models import Queue

    def address(self):
        return f"http://127.0.0.1:{moto_server_port()}/{self.account_id}/{self.name}"

    Queue.physical_resource_id = property(address)


def _change_sets():
    """A stack that a change set made or changed shows its outputs and parameters, and is known by its new template."""
    from moto.cloudformation.models import ChangeSet, cloudformation_backends
    from moto.cloudformation.responses import CloudFormationResponse

    def apply(self):
        stack = self.stack
        stack.resource_map.update(self.template_dict, self.parameters)
        stack.template = self.template
        stack.template_dict = self.template_dict
        stack.parameters = dict(stack.resource_map.resolved_parameters)
        stack.output_map = stack._create_output_map()
        backend = cloudformation_backends[stack.account_id][stack.region_name]
        backend.exports.update({export.name: export for export in stack.exports})

    ChangeSet.apply = apply
    # One without changes is made and fails, which the command line understands; moto refuses to make it.
    CloudFormationResponse._validate_different_update = lambda *_: None


def _networks_go():
    """moto does not know all that goes with a network, and will not remove it: it is left there."""
    from moto.cloudformation.parsing import ResourceMap

    plain = ResourceMap._delete_resource

    def delete(self, parsed_resource, resource_json):
        try:
            plain(self, parsed_resource, resource_json)
        except Exception:
            if not resource_json["Type"].startswith("AWS::EC2::"):
                raise

    ResourceMap._delete_resource = delete


def _names_of_log_groups():
    """The ARN that a template gets stands for the group and its streams."""
    from moto.logs.models import LogGroup

    LogGroup.get_cfn_attribute = lambda self, _attribute: f"{self.arn.removesuffix(':*')}:*"


def _no_value_in_lists():
    """What is AWS::NoValue is not an element of a list; moto leaves a hole there."""
    import moto.cloudformation.parsing as parsing

    plain = parsing.clean_json

    def clean_json(resource_json, resources_map):
        cleaned = plain(resource_json, resources_map)
        return [one for one in cleaned if one is not None] if isinstance(resource_json, list) else cleaned

    parsing.clean_json = clean_json


def _nested_stacks():
    """A stack within a stack is known by its id, and its outputs can be asked for."""
    from moto.cloudformation.models import Stack

    def attribute(self, attribute_name):
        section, _, name = attribute_name.partition(".")
        output = self.output_map.get(name) if section == "Outputs" else None
        if output is None:
            raise KeyError(f"{self.name} has no {attribute_name}")
        return output.value

    Stack.get_cfn_attribute = attribute
    Stack.physical_resource_id = property(lambda self: self.stack_id)


def _notifications_of_buckets():
    from moto.s3.models import FakeBucket

    plain = FakeBucket.create_from_cloudformation_json.__func__

    def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        bucket = plain(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs)
        wanted = cloudformation_json.get("Properties", {}).get("NotificationConfiguration", {})
        functions = [_function(one) for one in wanted.get("LambdaConfigurations", [])]
        told = {"CloudFunctionConfiguration": functions} if functions else {}
        if wanted.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
            told["EventBridgeConfiguration"] = {}
        if told:
            bucket.set_notification_configuration(told)
        return bucket

    FakeBucket.create_from_cloudformation_json = classmethod(create)


def _function(one):
    function = {"Id": uuid.uuid4().hex, "CloudFunction": one["Function"], "Event": [one["Event"]]}
    rules = one.get("Filter", {}).get("S3Key", {}).get("Rules")
    if rules:
        function["Filter"] = {"S3Key": {"FilterRule": [{"Name": rule["Name"], "Value": rule["Value"]} for rule in rules]}}
    return function


def _policies_of_roles():
    """Policies inside the role of a template are kept as text, as those put by a call are."""
    from moto.iam.models import Role

    plain = Role.put_policy

    def put_policy(self, policy_name, policy_json):
        plain(self, policy_name, policy_json if isinstance(policy_json, str) else json.dumps(policy_json, default=str))

    Role.put_policy = put_policy
    plain_update = Role.update_from_cloudformation_json.__func__

    def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        role = plain_update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name)
        properties = cloudformation_json["Properties"]
        role.assume_role_policy_document = json.dumps(properties["AssumeRolePolicyDocument"])
        for policy in properties.get("Policies", []):
            role.put_policy(policy["PolicyName"], policy["PolicyDocument"])
        return role

    Role.update_from_cloudformation_json = classmethod(update)
