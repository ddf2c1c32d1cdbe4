Option Explicit

' The sheets of results are protected without a password, against slips of the hand. These two open and close them.

Private Sub LockSheet(ByVal target As Object)
    On Error GoTo Plain
    target.Protect DrawingObjects:=False, Contents:=True, Scenarios:=True, AllowFormattingColumns:=True, _
        AllowFormattingRows:=True, AllowSorting:=True, AllowFiltering:=True
    Exit Sub
Plain:
    target.Protect
End Sub
