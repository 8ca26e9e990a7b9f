from django.urls import path

from apps.api.v1 import balances, batches, events, payouts, recalls, recipients, sandbox, webhooks

urlpatterns = [
    path("recipients", recipients.Recipients.as_view()),
    path("recipients/<str:id>", recipients.OneRecipient.as_view()),
    path("recipients/<str:id>/method", recipients.RecipientMethod.as_view()),
    path("recipients/<str:id>/method/withdraw", recipients.MethodWithdrawal.as_view()),
    path("payouts", payouts.Payouts.as_view()),
    path("payouts/<str:id>", payouts.OnePayout.as_view()),
    path("payouts/<str:id>/cancel", payouts.PayoutCancellation.as_view()),
    path("payouts/<str:id>/recall", recalls.PayoutRecall.as_view()),
    path("payouts/<str:id>/explain", payouts.PayoutExplanation.as_view()),
    path("payouts/<str:id>/events", payouts.PayoutEvents.as_view()),
    path("batches", batches.Batches.as_view()),
    path("batches/<str:id>", batches.OneBatch.as_view()),
    path("batches/<str:id>/items", batches.BatchItems.as_view()),
    path("balances", balances.Balances.as_view()),
    path("events", events.Events.as_view()),
    path("events/<str:id>", events.OneEvent.as_view()),
    path("webhook-endpoints", webhooks.Endpoints.as_view()),
    path("webhook-endpoints/<str:id>", webhooks.OneEndpoint.as_view()),
    path("webhook-endpoints/<str:id>/disable", webhooks.EndpointDisabling.as_view()),
    path("webhook-endpoints/<str:id>/enable", webhooks.EndpointEnabling.as_view()),
    path("webhook-endpoints/<str:id>/rotate-secret", webhooks.SecretRotation.as_view()),
    path("webhook-endpoints/<str:id>/deliveries", webhooks.Deliveries.as_view()),
    path("webhook-deliveries/<str:id>", webhooks.OneDelivery.as_view()),
    path("webhook-deliveries/<str:id>/resend", webhooks.Resending.as_view()),
    path("sandbox/clock", sandbox.Clock.as_view()),
    path("sandbox/clock/advance", sandbox.ClockAdvance.as_view()),
    path("sandbox/deposits", sandbox.Deposits.as_view()),
]
