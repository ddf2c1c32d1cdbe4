"""The public face, as type checkers see it: `mmxlib/__init__.py` loads each name when it is first used."""

from mmxlib.agents.agent import Agent as Agent
from mmxlib.agents.agent import Inputs as Inputs
from mmxlib.artifacts.baseline import Baseline as Baseline
from mmxlib.artifacts.diagnostics import Backtest as Backtest
from mmxlib.artifacts.diagnostics import Diagnostics as Diagnostics
from mmxlib.artifacts.experiments import Experiment as Experiment
from mmxlib.artifacts.experiments import StepTest as StepTest
from mmxlib.artifacts.fitted import FittedModel as FittedModel
from mmxlib.artifacts.insights import Insights as Insights
from mmxlib.artifacts.note import Note as Note
from mmxlib.artifacts.panel import Event as Event
from mmxlib.artifacts.plan import BudgetPlan as BudgetPlan
from mmxlib.artifacts.plan import Scenarios as Scenarios
from mmxlib.artifacts.plan_comparison import PlanComparison as PlanComparison
from mmxlib.artifacts.segments import Segment as Segment
from mmxlib.artifacts.segments import Segments as Segments
from mmxlib.artifacts.trends import Trends as Trends
from mmxlib.config import Config as Config
from mmxlib.config import read_config as read_config
from mmxlib.config import write_config as write_config
from mmxlib.data.frames import Panel as Panel
from mmxlib.data.reading import read_panel as read_panel
from mmxlib.data.simulation import Simulation as Simulation
from mmxlib.data.simulation import simulate_panel as simulate_panel
from mmxlib.errors import DataError as DataError
from mmxlib.errors import DecisionError as DecisionError
from mmxlib.errors import InfeasibleError as InfeasibleError
from mmxlib.errors import MmxError as MmxError
from mmxlib.errors import ModelError as ModelError
from mmxlib.errors import RunError as RunError
from mmxlib.errors import RunInUseError as RunInUseError
from mmxlib.errors import SettingsError as SettingsError
from mmxlib.errors import StorageError as StorageError
from mmxlib.errors import UsageError as UsageError
from mmxlib.evaluation.fitting import backtest as backtest
from mmxlib.evaluation.fitting import fit_model as fit_model
from mmxlib.evaluation.plan_comparison import compare_plan as compare_plan
from mmxlib.model.budget import optimize_budget as optimize_budget
from mmxlib.model.model import Model as Model
from mmxlib.model.model import load_model as load_model
from mmxlib.model.outlook import forecast as forecast
from mmxlib.model.settings import ModelSettings as ModelSettings
from mmxlib.model.settings import PriorSettings as PriorSettings
from mmxlib.workflow.session import Session as Session

__version__: str
