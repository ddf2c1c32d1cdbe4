Option Explicit

' What stands behind every button: see whether Python can be reached, start it, see whether it answered.
' The work is done by a program of its own, so that Excel stays free; this text holds no results and no paths.

Private Const BOX_TITLE As String = "mmxlib"
Private Const STARTED As String = "STARTED"

Public Function Ping() As String
    Ping = "mmxlib workbook 1"
End Function

Public Sub Mmx_Cancel()
    ThisWorkbook.Worksheets("Start").Range("mmx_cancel_wish").Value = "cancel"
End Sub

Public Sub RunStage(ByVal stage As String, ByVal code As String)
    If ThisWorkbook.Path = "" Then
        MsgBox "Please save this workbook first, then press the button again.", vbExclamation, BOX_TITLE
        Exit Sub
    End If
    If Not AddinLoaded() Then
        MsgBox "The xlwings add-in is not loaded." & vbCrLf & vbCrLf & _
            "Close Excel, run in a terminal:" & vbCrLf & "    xlwings addin install" & vbCrLf & vbCrLf & _
            "then open Excel again. To see all that is missing: mmx excel doctor", vbCritical, BOX_TITLE
        Exit Sub
    End If
    On Error GoTo Failed
    ThisWorkbook.Activate
    SetStatus STARTED & " " & stage
    Application.Run "xlwings.xlam!RunPython", code
    On Error GoTo 0
    ' On a Mac the line above returns before Python has answered.
    #If Mac Then
    #Else
    If Left(CStr(ThisWorkbook.Worksheets("Start").Range("mmx_status").Value), Len(STARTED)) = STARTED Then
        SetStatus "Python did not answer."
        MsgBox "Python did not answer." & vbCrLf & vbCrLf & _
            "Look at the interpreter in the xlwings tab of the ribbon, and run in a terminal:" & vbCrLf & _
            "    mmx excel doctor", vbCritical, BOX_TITLE
    End If
    #End If
    Exit Sub
Failed:
    MsgBox "Python could not be started: " & Err.Description & vbCrLf & vbCrLf & _
        "To see what is missing, run in a terminal:" & vbCrLf & "    mmx excel doctor", vbCritical, BOX_TITLE
End Sub

Private Sub SetStatus(ByVal words As String)
    ThisWorkbook.Worksheets("Start").Range("mmx_status").Value = words
End Sub

Private Function AddinLoaded() As Boolean
    Dim addin As Object
    On Error Resume Next
    Set addin = Application.Workbooks("xlwings.xlam")
    On Error GoTo 0
    AddinLoaded = Not (addin Is Nothing)
End Function
