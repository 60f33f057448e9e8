"""Custom resources: created, updated and deleted by their function, as CloudFormation does, one after the other."""

import json
import threading
import uuid

from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

_waiting = {}


def answered(body):
    """A function has put its answer at the address that its event named."""
    waiting = _waiting.pop(body["RequestId"], None)
    if waiting:
        waiting["answer"] = body
        waiting["done"].set()


class CustomResource(CloudFormationModel):
    def __init__(self, name):
        self.name = name
        self.data = {}

    @property
    def physical_resource_id(self):
        return self.name

    @staticmethod
    def cloudformation_name_type():
        return None

    @staticmethod
    def cloudformation_type():
        return "Custom"

    @classmethod
    def has_cfn_attr(cls, attr):
        return True

    def get_cfn_attribute(self, attribute_name):
        return self.data.get(attribute_name)

    def ask(self, kind, properties, more=None):
        from moto.settings import moto_server_port

        request = str(uuid.uuid4())
        waiting = _waiting[request] = {"done": threading.Event()}
        region = self.common["StackId"].split(":")[3]
        event = {
            **self.common,
            "RequestType": kind,
            "RequestId": request,
            "ResponseURL": f"http://127.0.0.1:{moto_server_port()}/cloudformation_{region}/cfnresponse",
            "ResourceProperties": properties,
            **(more or {}),
        }
        self.function.invoke(json.dumps(event), {}, {})
        if not waiting["done"].wait(60):
            raise ValidationError(message=f"{self.name}: the custom resource did not answer")
        answer = waiting["answer"]
        if answer["Status"] != "SUCCESS":
            raise ValidationError(message=f"{self.name}: {answer.get('Reason')}")
        self.name = answer["PhysicalResourceId"]
        self.data = answer.get("Data") or {}
        self.properties = properties

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        from moto.awslambda.utils import get_backend

        resource = cls(resource_name)
        properties = cloudformation_json["Properties"]
        resource.function = get_backend(account_id, region_name).get_function(properties["ServiceToken"])
        resource.common = {
            "ServiceToken": properties["ServiceToken"],
            "StackId": kwargs["StackId"],
            "LogicalResourceId": kwargs["LogicalId"],
            "ResourceType": kwargs["ResourceType"],
        }
        resource.ask("Create", properties)
        return resource

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        more = {
            "PhysicalResourceId": original_resource.name,
            "OldResourceProperties": original_resource.properties,
        }
        original_resource.ask("Update", cloudformation_json["Properties"], more)
        return original_resource

    def delete(self, account_id, region_name):
        self.ask("Delete", self.properties, {"PhysicalResourceId": self.name})


def install():
    import moto.cloudformation.parsing as parsing

    parsing.CustomModel = CustomResource
