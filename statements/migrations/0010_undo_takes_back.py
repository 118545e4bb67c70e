"""What is not a decision takes a row back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("statements", "0009_acts_of_earlier_rows")]

    operations = [
        migrations.AddConstraint(
            model_name="annotation",
            constraint=models.CheckConstraint(
                condition=models.Q(("act", "decide"), ("takes_back__isnull", False), _connector="OR"),
                name="annotation_undo_takes_back",
            ),
        ),
    ]
