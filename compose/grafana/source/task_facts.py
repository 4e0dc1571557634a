"""What several dashboards say of a task, said once.

A health check that found something wrong (exit codes 1 and 2) did its work
all the same, so its end counts where another task's success does.
"""

from model import limits

AGE = limits("green", ("orange", 0.8), ("red", 1))
EXIT_CODES = limits("green", ("red", 1), ("orange", 3), ("red", 5))

TASK = 'job=~"$job", task_name=~"$task"'
CHECKS = TASK + ', task_name=~"healthcheck(@.+)?"'
OTHERS = TASK + ', task_name!~"healthcheck(@.+)?"'

DONE = ("(scheduled_task_last_success_timestamp_seconds"
        f"{{{OTHERS}}} > 0 or "
        f"scheduled_task_last_completion_timestamp_seconds{{{CHECKS}}})")

# The age of the last success, as a share of the age that it may have. A task
# that is switched off is not late.
AGED = (f"((time() - {DONE}) / on (job, task_name) "
        f"(scheduled_task_success_max_age_seconds{{{TASK}}} > 0) "
        f"unless on (job, task_name) scheduled_task_enabled{{{TASK}}} == 0)")

FAILED = (f"(scheduled_task_last_exit_code{{{OTHERS}}} > bool 0 or "
          f"scheduled_task_last_exit_code{{{CHECKS}}} > bool 2)")
